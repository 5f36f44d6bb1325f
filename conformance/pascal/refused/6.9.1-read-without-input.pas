program t(output);
var a: integer;
begin
  read(a)
end.
