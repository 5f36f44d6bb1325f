program t(output);
type r = record case b: boolean of true: (x: integer) end;
begin
  writeln(1)
end.
