program t(output);
const a = 1;
begin
  a := 2
end.
