program t(output);
type m = array [1..3, 1..4] of integer;
var a: m; b: array [1..3] of array [1..4] of integer; i, j, s: integer;
begin
  for i := 1 to 3 do for j := 1 to 4 do begin a[i, j] := 10 * i + j; b[i][j] := a[i][j] end;
  s := 0; for i := 1 to 3 do for j := 1 to 4 do s := s + a[i, j] - b[i, j] + a[i][j];
  writeln(s); writeln(a[3, 4], b[2, 3])
end.
