program t(output);
begin
  writeln(chr('a'))
end.
