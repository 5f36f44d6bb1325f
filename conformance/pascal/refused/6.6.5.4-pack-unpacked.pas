program t(output);
var a, b: array [1..3] of char;
begin
  pack(a, 1, b)
end.
