program t(output);
begin
  if 1 in 2 then writeln
end.
