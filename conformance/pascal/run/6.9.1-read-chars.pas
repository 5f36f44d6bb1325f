program t(input, output);
var a, b, c: char; i: integer;
begin
  read(a, b, c); writeln(a, b, ord(c)); readln; read(i, a, b); writeln(i, a, b)
end.
