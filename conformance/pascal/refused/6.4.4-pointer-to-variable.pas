program t(output);
var a: integer; p: ^a;
begin
  writeln(1)
end.
