program t(output);
var a: 1..10;
begin
  a := 10; a := a + 1
end.
