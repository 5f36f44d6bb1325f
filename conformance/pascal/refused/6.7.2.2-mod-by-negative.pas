program t(output);
var a: integer;
begin
  a := 1 mod (-3)
end.
