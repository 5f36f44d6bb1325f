program t(output);
var a: array [1..3, 1..4] of integer; i: integer;
begin
  i := 5; a[3, i] := 1
end.
