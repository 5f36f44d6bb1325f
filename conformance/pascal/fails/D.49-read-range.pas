program t(input, output);
var a: 1..10;
begin
  read(a)
end.
