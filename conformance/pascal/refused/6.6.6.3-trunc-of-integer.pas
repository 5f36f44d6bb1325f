program t(output);
begin
  writeln(trunc(1))
end.
