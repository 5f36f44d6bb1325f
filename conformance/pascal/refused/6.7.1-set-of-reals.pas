program t(output);
begin
  if 1 in [1.5] then writeln
end.
