program t(output);
begin
  writeln(abs('x'))
end.
