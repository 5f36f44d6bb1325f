program t(output);
begin
  new
end.
