program t(input, output);
begin
  read
end.
