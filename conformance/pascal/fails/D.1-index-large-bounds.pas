program t(output);
var a: array [1000..2000] of integer; i: integer;
begin
  i := 999; a[i] := 1
end.
