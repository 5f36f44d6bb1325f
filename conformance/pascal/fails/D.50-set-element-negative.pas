program t(output);
var s: set of 0..255; i: integer;
begin
  i := -1; s := [i]
end.
