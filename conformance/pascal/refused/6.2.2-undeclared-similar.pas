program t(output);
var counter: integer;
begin
  conter := 1
end.
