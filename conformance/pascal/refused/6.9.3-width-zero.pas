program t(output);
begin
  write(1:0)
end.
