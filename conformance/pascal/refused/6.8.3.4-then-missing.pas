program t(output);
begin
  if true writeln
end.
