program t(output);
var a: 1..10;
begin
  a := 0
end.
