program t(output);
var a: array [1..2] of integer; b: array [1..2] of integer;
begin
  a := b
end.
