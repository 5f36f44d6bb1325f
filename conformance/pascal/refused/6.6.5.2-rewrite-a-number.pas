program t(output);
begin
  rewrite(1)
end.
