program t(output);
var a: integer; b: a..10;
begin
  writeln(1)
end.
