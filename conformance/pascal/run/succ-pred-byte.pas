program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x: byte;
begin
  x := 250; while x < 255 do begin write(x:4); x := succ(x) end; while x > 250 do begin x := pred(x); write(x:4) end; writeln(ord(255) - ord(250))
end.
