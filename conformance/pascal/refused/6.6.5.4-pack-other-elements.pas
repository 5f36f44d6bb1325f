program t(output);
var a: array [1..3] of char; b: packed array [1..3] of boolean;
begin
  pack(a, 1, b)
end.
