program t(output);
begin
  while true writeln
end.
