program t(input, output);
var a, b, c, d: real;
begin
  read(a, b, c, d); writeln(a:8:3, b:8:3, c:8:3, d:10:1)
end.
