program t(output);
begin
  if 1 in [300] then writeln
end.
