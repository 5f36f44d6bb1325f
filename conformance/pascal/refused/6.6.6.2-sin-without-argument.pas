program t(output);
begin
  writeln(sin)
end.
