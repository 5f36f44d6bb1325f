program t(output);
var a: integr;
begin
  a := 1
end.
