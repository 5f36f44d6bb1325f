program t(output);
var a: array [1..3] of integer; b: integer;
begin
  b := a
end.
