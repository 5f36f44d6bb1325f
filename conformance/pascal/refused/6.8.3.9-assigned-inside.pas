program t(output);
var i: integer;
begin
  for i := 1 to 2 do i := 3
end.
