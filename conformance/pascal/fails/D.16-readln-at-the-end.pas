program t(input, output);
begin
  readln; readln
end.
