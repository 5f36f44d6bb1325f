program t(input, output);
var i: integer;
begin
  read(i)
end.
