program t(output);
var a: array [1..10] of char; z: packed array [1..5] of char; i: integer;
begin
  for i := 1 to 10 do a[i] := 'x'; pack(a, 7, z)
end.
