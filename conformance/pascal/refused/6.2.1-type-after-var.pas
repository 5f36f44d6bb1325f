program t(output);
var a: integer;
type t = integer;
begin
  a := 1
end.
