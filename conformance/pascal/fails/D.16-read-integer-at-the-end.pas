program t(input, output);
var i: integer;
begin
  read(i); writeln(i); read(i)
end.
