program t(output);
begin
  write(nil)
end.
