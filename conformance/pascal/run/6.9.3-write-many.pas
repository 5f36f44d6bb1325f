program t(output);
begin
  write(1); write(2, 3); writeln
end.
