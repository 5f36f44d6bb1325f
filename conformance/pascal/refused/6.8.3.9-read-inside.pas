program t(input, output);
var i: integer;
begin
  for i := 1 to 2 do read(i)
end.
