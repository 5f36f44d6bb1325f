program t(output);
begin
  reset
end.
