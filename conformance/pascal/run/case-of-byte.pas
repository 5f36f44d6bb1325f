program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x: byte;
begin
  for x := 250 to 255 do case x = 250 of true: write('first'); false: case x = 255 of true: write('last'); false: write('.') end end; writeln
end.
