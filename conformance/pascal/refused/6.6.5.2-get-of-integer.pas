program t(output);
var a: integer;
begin
  get(a)
end.
