program t(output);
begin
  write(1:5:2)
end.
