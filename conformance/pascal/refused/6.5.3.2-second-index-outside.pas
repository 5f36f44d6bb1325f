program t(output);
var a: array [1..10, 1..5] of integer;
begin
  a[10, 6] := 3
end.
