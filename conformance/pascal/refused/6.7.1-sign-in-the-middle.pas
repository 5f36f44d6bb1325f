program t(output);
var a: integer;
begin
  a := 2 * -1
end.
