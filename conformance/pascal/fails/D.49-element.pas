program t(output);
var a: array [1..3] of 0..9; i: integer;
begin
  i := 10; a[2] := i
end.
