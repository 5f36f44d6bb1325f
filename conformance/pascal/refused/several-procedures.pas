program several(output);
procedure first(a: integer);
begin
  writeln(a + 'x')
end;
procedure second;
var b: boolean;
begin
  b := 1;
  first(b);
  third
end;
begin
  second(1)
end.
