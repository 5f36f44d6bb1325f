program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x: integer;
begin
  x := -2; while x < 3 do begin write(x:9); x := succ(x) end; while x > -2 do begin x := pred(x); write(x:9) end; writeln(ord(3) - ord(-2))
end.
