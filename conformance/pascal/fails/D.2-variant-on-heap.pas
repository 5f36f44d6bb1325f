program t(output);
type t = 1..3; p = ^n; n = record case k: t of 1: (a: integer); 2: (b: integer); 3: () end;
var q: p;
begin
  new(q); q^.k := 2; q^.b := 5; q^.a := 3
end.
