program t(output);
var a: integer;
var b: integer;
begin
  a := 1; b := a
end.
