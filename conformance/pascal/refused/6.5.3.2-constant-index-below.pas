program t(output);
var a: array [1..10] of integer;
begin
  a[0] := 3
end.
