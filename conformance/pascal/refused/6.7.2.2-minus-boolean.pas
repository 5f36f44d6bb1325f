program t(output);
begin
  writeln(-true)
end.
