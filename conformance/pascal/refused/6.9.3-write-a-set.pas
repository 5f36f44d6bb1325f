program t(output);
begin
  write([1])
end.
