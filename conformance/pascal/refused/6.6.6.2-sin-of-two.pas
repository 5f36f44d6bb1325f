program t(output);
begin
  writeln(sin(1, 2))
end.
