program t(output);
var a: integer;
begin
  a := 1 div 0
end.
