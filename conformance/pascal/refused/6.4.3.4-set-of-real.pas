program t(output);
type s = set of real;
begin
  writeln(1)
end.
