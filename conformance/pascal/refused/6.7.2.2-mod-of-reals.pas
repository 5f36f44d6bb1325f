program t(output);
var a: integer;
begin
  a := 5 mod 2.0
end.
