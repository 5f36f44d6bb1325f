program t(output);
type s = set of integer;
begin
  writeln(1)
end.
