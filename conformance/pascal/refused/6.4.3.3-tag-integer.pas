program t(output);
type r = record case b: integer of 1: (x: integer) end;
begin
  writeln(1)
end.
