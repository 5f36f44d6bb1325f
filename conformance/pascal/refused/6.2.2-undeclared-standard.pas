program t(output);
begin
  writln(1)
end.
