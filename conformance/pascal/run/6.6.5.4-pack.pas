program t(output);
var u: array [1..10] of char; z: packed array [1..5] of char; i: integer;
begin
  for i := 1 to 10 do u[i] := chr(ord('a') + i); pack(u, 3, z); writeln(z); z := 'VWXYZ'; unpack(z, u, 6); for i := 1 to 10 do write(u[i]); writeln
end.
