program t(output);
type r = record case b: 1..2 of 1: (x: integer); 2: (); 3: () end;
begin
  writeln(1)
end.
