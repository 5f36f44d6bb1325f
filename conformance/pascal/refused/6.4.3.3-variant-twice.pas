program t(output);
type r = record case b: boolean of true: (x: integer); true: (y: char); false: () end;
begin
  writeln(1)
end.
