program t(output);
var b: array [1..3] of char;
procedure p(var a: array [i..j: integer] of integer); begin end;
begin
  p(b)
end.
