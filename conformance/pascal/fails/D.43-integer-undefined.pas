program t(output);
var a, b: integer;
begin
  b := a + 1; writeln(b)
end.
