program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var x: color; n: integer;
begin
  n := 0; for x := blue downto red do begin write(ord(x):2); n := n + 1 end; for x := red downto blue do n := n + 100; writeln(n)
end.
