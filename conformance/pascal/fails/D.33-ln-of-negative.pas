program t(output);
begin
  writeln(ln(-1))
end.
