program t(output);
type p = record x, y: integer end; l = record a, b: p; n: packed array [1..4] of char end;
var q: l; z: array [1..2] of l;
begin
  q.a.x := 1; q.a.y := 2; q.b := q.a; q.b.x := 5; q.n := 'line'; z[1] := q; z[2] := z[1]; z[2].b.y := 7;
  writeln(z[1].b.x, z[1].b.y, z[2].b.y, z[2].n)
end.
