program t(output);
var a: array [real] of integer;
begin
  writeln(1)
end.
