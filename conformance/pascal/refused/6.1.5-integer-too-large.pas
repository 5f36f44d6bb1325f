program t(output);
var a: integer;
begin
  a := 2147483648
end.
