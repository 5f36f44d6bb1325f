program t(output);
type v = array [1..30] of integer;
var a, b: v; i: integer;
begin
  for i := 1 to 30 do a[i] := i; b := a; a[7] := 0; writeln(b[7], a[7], b[30])
end.
