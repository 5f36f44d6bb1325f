program t(output);
var b: array [1..3] of char;
procedure p(var a: packed array [i..j: integer] of char); begin end;
begin
  p(b)
end.
