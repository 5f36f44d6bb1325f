program t(output);
var a: array [10] of integer;
begin
  writeln(1)
end.
