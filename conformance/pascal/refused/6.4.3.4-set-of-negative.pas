program t(output);
type s = set of -1..10;
begin
  writeln(1)
end.
