program t(output);
var a: array [1..3] of char; b: packed array [1..3] of char;
begin
  unpack(a, b, 1)
end.
