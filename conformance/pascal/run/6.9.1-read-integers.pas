program t(input, output);
var a, b, c: integer;
begin
  read(a, b); readln(c); writeln(a + b + c); readln(a); writeln(a)
end.
