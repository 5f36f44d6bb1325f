program t(output);
type a = integer;
var a: integer;
begin
  a := 1
end.
