program t(output);
var a: integer;
begin
  writeln(1)
  a := 2
end.
