program t(output);
var a: real;
begin
  a := 1.7e308; a := a + a
end.
