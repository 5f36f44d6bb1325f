program t(output);
type r = record a: integer;
var v: r;
begin
  v.a := 1
end.
