program t(output);
var a: array [1..2] of integer;
begin
  a[1]
end.
