program t(output);
begin
  if 'ab' = 'abc' then writeln
end.
