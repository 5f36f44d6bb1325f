program t(output);
begin
  write(1:1.5)
end.
