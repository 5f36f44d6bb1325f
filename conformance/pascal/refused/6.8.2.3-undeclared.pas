program t(output);
begin
  doit(1)
end.
