program t(output);
const a = 1; a = 2;
begin
  writeln(a)
end.
