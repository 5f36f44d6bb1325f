program t(output);
var a: integer;
begin
  a :=
end.
