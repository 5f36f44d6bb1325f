program t(input, output);
begin
  read(1)
end.
