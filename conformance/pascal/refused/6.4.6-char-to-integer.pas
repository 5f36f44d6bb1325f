program t(output);
var a: integer;
begin
  a := 'x'
end.
