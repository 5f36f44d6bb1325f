program t(output);
begin
  if true do writeln
end.
