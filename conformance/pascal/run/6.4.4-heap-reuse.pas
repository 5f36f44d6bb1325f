program t(output);
type p = ^r; r = record a, b, c: integer end;
var q: p; i, s: integer;
begin
  s := 0; for i := 1 to 20000 do begin new(q); q^.a := i; s := (s + q^.a) mod 1000; dispose(q) end; writeln(s)
end.
