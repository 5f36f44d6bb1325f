program t(output);
var a: integer;
a := 1;
begin
  writeln
end.
