program t(output);
type e = 0..9;
var u: array [0..5] of e; z: packed array [1..3] of e; i: integer;
begin
  for i := 0 to 5 do u[i] := i + 2; pack(u, 1, z); for i := 1 to 3 do write(z[i]); z[2] := 9; unpack(z, u, 3); for i := 0 to 5 do write(u[i]); writeln
end.
