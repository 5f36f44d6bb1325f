program t(output);
type p = ^r; r = record a: array [1..3] of p; n: integer end;
var q: p; i: integer;
begin
  new(q); q^.n := 1; for i := 1 to 3 do begin new(q^.a[i]); q^.a[i]^.n := i * 10 end;
  writeln(q^.a[1]^.n + q^.a[2]^.n + q^.a[3]^.n)
end.
