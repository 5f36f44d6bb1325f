program t(output);
var s: set of 1..5; i: integer;
begin
  i := 9; s := [1, i]
end.
