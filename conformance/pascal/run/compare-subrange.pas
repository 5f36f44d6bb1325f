program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x, y: small;
begin
  for x := -3 to 0 do begin for y := -3 to 0 do if x < y then write('<') else if x = y then write('=') else write('>'); writeln end; x := -3; y := 0; writeln(x <= y, x >= y, x <> y)
end.
