program t(output);
begin
  writeln
end.
begin
