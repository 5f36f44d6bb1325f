program t(output);
type r = record case b: boolean of 1: (x: integer); false: () end;
begin
  writeln(1)
end.
