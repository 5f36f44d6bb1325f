program t(output);
var a: array [0..3] of integer; i: integer;
begin
  i := -1; a[i] := 1
end.
