program t(output);
begin
  1 := 2
end.
