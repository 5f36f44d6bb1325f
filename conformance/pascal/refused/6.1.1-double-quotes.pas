program t(output);
begin
  writeln("hello")
end.
