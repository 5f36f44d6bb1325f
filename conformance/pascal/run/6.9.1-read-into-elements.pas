program t(input, output);
type r = record a: integer end;
var v: array [1..3] of integer; i: integer; q: r; p: ^integer;
begin
  for i := 1 to 3 do read(v[i]); read(q.a); new(p); read(p^); writeln(v[1], v[2], v[3], q.a, p^)
end.
