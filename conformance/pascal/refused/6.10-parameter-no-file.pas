program t(output, data);
var data: integer;
begin
  data := 1
end.
