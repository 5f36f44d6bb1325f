program t(output);
begin
  writeln(round('a'))
end.
