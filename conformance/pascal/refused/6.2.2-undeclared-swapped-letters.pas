program t(output);
var total: integer;
begin
  toatl := 1
end.
