program t(output);
var a: 1000..100000; i: integer;
begin
  i := 999; a := i
end.
