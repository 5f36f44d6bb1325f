program t(input, output);
var c: char;
begin
  read(c)
end.
