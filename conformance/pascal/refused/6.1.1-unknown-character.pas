program t(output);
var a: integer;
begin
  a := 1 # 2
end.
