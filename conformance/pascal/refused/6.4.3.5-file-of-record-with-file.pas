program t(output);
type r = record f: text end; f = file of r;
begin
  writeln(1)
end.
