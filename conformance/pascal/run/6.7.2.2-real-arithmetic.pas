program t(output);
var a, b: real;
begin
  a := 10.5; b := 4; writeln(a + b:8:3, a - b:8:3, a * b:8:3, a / b:8:3, -a:8:3, +b:8:3); writeln(a > b, a = b, a <= b, 2 < 2.5, 3 >= 3.0)
end.
