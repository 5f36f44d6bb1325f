program t(output);
var a: integer;
begin
  a.b := 1
end.
