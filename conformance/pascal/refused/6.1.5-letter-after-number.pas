program t(output);
var a: integer;
begin
  a := 12ab
end.
