program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x, y: char;
begin
  for x := 'p' to 't' do begin for y := 'p' to 't' do if x < y then write('<') else if x = y then write('=') else write('>'); writeln end; x := 'p'; y := 't'; writeln(x <= y, x >= y, x <> y)
end.
