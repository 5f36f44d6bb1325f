program t(output);
type r = record a: integer; case b: boolean of true: (a: char); false: () end;
begin
  writeln(1)
end.
