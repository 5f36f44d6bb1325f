program t(output);
begin
  writeln(succ(1.5))
end.
