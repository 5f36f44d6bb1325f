program t(output);
var a: (x, y);
begin
  a := x; write(a)
end.
