program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x: boolean;
begin
  x := false; while x < true do begin write(x:6); x := succ(x) end; while x > false do begin x := pred(x); write(x:6) end; writeln(ord(true) - ord(false))
end.
