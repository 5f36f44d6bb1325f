program t(output);
begin
  if 'a' = 1 then writeln
end.
