program t(output);
var i: integer;
begin
  for i := 1 to 3 do write(i); writeln; writeln(i)
end.
