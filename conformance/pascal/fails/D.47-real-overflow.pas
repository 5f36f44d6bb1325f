program t(output);
var a: real;
begin
  a := 1e308; a := a * 10
end.
