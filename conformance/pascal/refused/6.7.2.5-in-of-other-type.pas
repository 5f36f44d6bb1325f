program t(output);
begin
  if 1 in ['a'] then writeln
end.
