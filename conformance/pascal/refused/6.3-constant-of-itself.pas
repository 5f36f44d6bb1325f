program t(output);
const a = a;
begin
  writeln(a)
end.
