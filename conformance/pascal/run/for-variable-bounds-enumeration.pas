program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
procedure p(a, b: color); var x: color; begin for x := a to b do begin write(ord(x):2) end; for x := b downto a do begin write(ord(x):2) end; for x := b to a do write('!'); writeln end;
begin
  p(red, blue)
end.
