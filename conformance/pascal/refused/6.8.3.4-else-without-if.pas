program t(output);
begin
  else writeln
end.
