program t(output);
begin
  writeln(sin('x'))
end.
