program t(output);
var a: 1..10; i: integer;
begin
  i := 11; a := i
end.
