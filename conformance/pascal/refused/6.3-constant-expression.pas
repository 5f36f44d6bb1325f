program t(output);
const a = 1 + 2;
begin
  writeln(a)
end.
