program t(output);
var a: integer; b: a;
begin
  a := 1
end.
