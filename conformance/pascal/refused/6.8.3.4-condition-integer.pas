program t(output);
begin
  if 1 then writeln
end.
