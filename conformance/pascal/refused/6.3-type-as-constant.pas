program t(output);
const a = integer;
begin
  writeln(a)
end.
