program t(output);
type p = ^n; n = record a: array [1..100000] of integer; next: p end;
var q: p;
begin
  while true do new(q)
end.
