program t(output);
type p = record x, y: integer end;
var a: p; b: record q: p; z: integer end; c: array [1..2] of p; i: integer;
begin
  with a do begin x := 1; y := 2 end; with b, q do begin x := 3; y := 4; z := 5 end; i := 1; with c[i] do begin x := 6; i := 2; y := 7 end;
  writeln(a.x, a.y, b.q.x, b.q.y, b.z, c[1].x, c[1].y)
end.
