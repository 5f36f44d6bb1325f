program t(output);
type p = ^r; r = record x: integer end;
var a: p;
begin
  new(a); a.x := 1
end.
