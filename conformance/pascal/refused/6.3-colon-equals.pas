program t(output);
const a := 1;
begin
  writeln(a)
end.
