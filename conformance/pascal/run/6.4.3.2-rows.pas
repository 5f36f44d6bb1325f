program t(output);
type row = array [0..3] of integer;
var m: array [1..3] of row; r: row; i: integer;
begin
  for i := 0 to 3 do r[i] := i; m[1] := r; m[2] := m[1]; m[2][3] := 9; r := m[2];
  for i := 0 to 3 do write(r[i]); writeln
end.
