program t(output, data);
begin
  writeln
end.
