program t(output);
var a, b: real;
begin
  b := a + 1; writeln(b)
end.
