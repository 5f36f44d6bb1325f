program t(output);
var a: array [1..2] of integer;
begin
  a['x'] := 3
end.
