program t(output);
var a: integer;
begin
  a := 0; writeln(1 div a)
end.
