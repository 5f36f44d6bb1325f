program t(output);
type shape = (circle, square, triangle);
var s: record name: char; case kind: shape of circle: (radius: real); square: (side: integer); triangle: (a, b, c: integer) end;
begin
  s.kind := circle; s.radius := 2.5; writeln(s.radius:4:1);
  s.kind := triangle; s.a := 3; s.b := 4; s.c := 5; writeln(s.a + s.b + s.c);
  s.kind := square; s.side := 7; writeln(s.side)
end.
