program t(output);
type p = ^n; n = record case b: boolean of true: (); false: () end;
var q: p;
begin
  q := nil; dispose(q, true)
end.
