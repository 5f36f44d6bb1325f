program t(output);
begin
  if 1 and 2 then writeln
end.
