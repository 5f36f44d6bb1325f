program t(output);
var a: integer;
begin
  a := nil
end.
