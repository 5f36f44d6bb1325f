program t(output);
begin
  writeln(ord(1.5))
end.
