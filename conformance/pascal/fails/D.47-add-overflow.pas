program t(output);
var a: integer;
begin
  a := maxint; a := a + 1
end.
