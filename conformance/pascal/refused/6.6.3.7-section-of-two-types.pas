program t(output);
var a: array [1..3] of integer; b: array [1..4] of integer;
procedure p(x, y: array [i..j: integer] of integer); begin end;
begin
  p(a, b)
end.
