program t(output);
begin
  halt('now');
  halt(1, 2)
end.
