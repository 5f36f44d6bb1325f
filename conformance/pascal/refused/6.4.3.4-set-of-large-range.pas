program t(output);
type s = set of 1..1000;
begin
  writeln(1)
end.
