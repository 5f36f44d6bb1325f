program t(output);
var b: array [1..3] of integer;
procedure p(var a: array [i..j: integer; k..l: integer] of integer); begin end;
begin
  p(b)
end.
