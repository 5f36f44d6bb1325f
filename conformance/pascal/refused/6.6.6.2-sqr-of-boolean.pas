program t(output);
begin
  writeln(sqr(true))
end.
