program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x: color;
begin
  x := red; while x < blue do begin write(ord(x):2); x := succ(x) end; while x > red do begin x := pred(x); write(ord(x):2) end; writeln(ord(blue) - ord(red))
end.
