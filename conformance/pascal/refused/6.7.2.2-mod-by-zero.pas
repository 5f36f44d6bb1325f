program t(output);
var a: integer;
begin
  a := 1 mod 0
end.
