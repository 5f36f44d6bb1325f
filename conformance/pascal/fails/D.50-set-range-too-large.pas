program t(output);
var s: set of 0..255; i: integer;
begin
  i := 300; s := [1..i]
end.
