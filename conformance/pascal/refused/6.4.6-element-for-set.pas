program t(output);
var a: set of 1..5;
begin
  a := 3
end.
