program t(output);
type r = record a: integer; a: char end;
begin
  writeln(1)
end.
