program t(output);
var a: array [1..10] of char; z: packed array [1..5] of char;
begin
  a[1] := 'x'; pack(a, 1, z)
end.
