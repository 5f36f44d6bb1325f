program t(input, output);
begin
  writeln(eof)
end.
