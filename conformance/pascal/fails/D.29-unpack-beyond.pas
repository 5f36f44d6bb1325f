program t(output);
var a: array [1..10] of char; z: packed array [1..5] of char;
begin
  z := 'abcde'; unpack(z, a, 7)
end.
