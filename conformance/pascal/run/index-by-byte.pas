program t(output);
type color = (red, green, blue); small = -3..9; byte = 0..255; name = packed array [1..3] of char; colors = set of color;
  chars = set of char; pair = record a: integer; b: char end; vector = array [1..3] of integer; link = ^integer;
var z: array [250..255] of integer; x: byte; s: integer;
begin
  s := 0; for x := 250 to 255 do begin s := s + 1; z[x] := s * s end; for x := 255 downto 250 do write(z[x]:5); writeln
end.
