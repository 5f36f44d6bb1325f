program t(output);
begin
  x := 1
end.
