program t(output);
type r = record f: integer end;
var v: r;
begin
  f := 1; v.f := 1
end.
