program t(input, output);
var r: real;
begin
  read(r)
end.
