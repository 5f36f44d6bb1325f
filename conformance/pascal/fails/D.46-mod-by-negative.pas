program t(output);
var a: integer;
begin
  a := -3; writeln(1 mod a)
end.
