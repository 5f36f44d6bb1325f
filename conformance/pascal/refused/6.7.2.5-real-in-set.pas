program t(output);
begin
  if 1.5 in [1] then writeln
end.
