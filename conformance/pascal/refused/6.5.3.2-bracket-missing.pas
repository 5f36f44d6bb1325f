program t(output);
var a: array [1..10] of integer;
begin
  a[1 := 3
end.
