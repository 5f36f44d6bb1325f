program t(input, output);
begin
  writeln(eoln)
end.
