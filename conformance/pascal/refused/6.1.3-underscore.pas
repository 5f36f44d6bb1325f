program t(output);
var a_b: integer;
begin
  a_b := 1
end.
