program t(output);
begin
  writeln(exp(1000))
end.
