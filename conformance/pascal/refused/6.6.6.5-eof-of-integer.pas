program t(output);
var a: integer;
begin
  writeln(eof(a))
end.
