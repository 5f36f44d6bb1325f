program t(output);
var a: array [integer] of integer;
begin
  writeln(1)
end.
