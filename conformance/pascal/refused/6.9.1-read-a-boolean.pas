program t(input, output);
var b: boolean;
begin
  read(b)
end.
