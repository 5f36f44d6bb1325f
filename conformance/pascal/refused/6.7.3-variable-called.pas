program t(output);
var a: integer;
begin
  a := a(1)
end.
