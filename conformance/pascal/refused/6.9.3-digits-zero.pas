program t(output);
begin
  write(1.5:5:0)
end.
