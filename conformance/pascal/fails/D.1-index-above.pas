program t(output);
var a: array [1..10] of integer; i: integer;
begin
  i := 11; a[i] := 1
end.
