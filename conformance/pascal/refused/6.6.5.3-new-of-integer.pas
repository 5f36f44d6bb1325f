program t(output);
var a: integer;
begin
  new(a)
end.
