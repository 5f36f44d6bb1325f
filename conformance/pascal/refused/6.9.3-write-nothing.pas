program t(output);
begin
  write
end.
