program t(output);
begin
  writeln
