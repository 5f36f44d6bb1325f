program t(output);
begin
  if true = 1 then writeln
end.
