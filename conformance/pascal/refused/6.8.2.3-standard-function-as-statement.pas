program t(output);
begin
  sin(1)
end.
