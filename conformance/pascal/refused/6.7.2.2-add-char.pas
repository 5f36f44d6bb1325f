program t(output);
var a: integer;
begin
  a := 1 + 'x'
end.
