program t(output);
var a: integer;
const n = 1;
begin
  a := n
end.
