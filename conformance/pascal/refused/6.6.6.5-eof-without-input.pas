program t(output);
begin
  writeln(eof)
end.
