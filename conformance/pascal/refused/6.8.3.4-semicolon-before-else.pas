program t(output);
var a: integer;
begin
  if true then a := 1; else a := 2
end.
