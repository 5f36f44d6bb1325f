program t(output);
var b: packed array [1..3] of char;
procedure p(var a: array [i..j: integer] of char); begin end;
begin
  p(b)
end.
