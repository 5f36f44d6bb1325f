program t(output);
type r = record case b: boolean of true: (x: integer); false: (); y: integer end;
begin
  writeln(1)
end.
