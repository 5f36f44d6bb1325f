program t(output);
var a: array [1..2] integer;
begin
  writeln(1)
end.
