program t(output);
var a: integer;
begin
  a := 4 / 2
end.
