program t(output, output);
begin
  writeln
end.
