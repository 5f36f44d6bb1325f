program t(input, output);
var s: (x, y);
begin
  read(s)
end.
