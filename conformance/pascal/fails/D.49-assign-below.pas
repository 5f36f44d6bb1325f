program t(output);
var a: 1..10; i: integer;
begin
  i := 0; a := i
end.
