program t(output);
begin
  if not 1 then writeln
end.
