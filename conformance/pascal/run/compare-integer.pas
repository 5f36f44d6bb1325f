program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x, y: integer;
begin
  for x := -2 to 3 do begin for y := -2 to 3 do if x < y then write('<') else if x = y then write('=') else write('>'); writeln end; x := -2; y := 3; writeln(x <= y, x >= y, x <> y)
end.
