program t(output);
var a: array [-5..5] of integer; i: integer;
begin
  i := 6; a[i] := 1
end.
