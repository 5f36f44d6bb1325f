program t(output);
var a: -5..5; i: integer;
begin
  i := -6; a := i
end.
