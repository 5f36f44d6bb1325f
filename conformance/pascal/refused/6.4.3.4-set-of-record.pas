program t(output);
type r = record a: integer end; s = set of r;
begin
  writeln(1)
end.
