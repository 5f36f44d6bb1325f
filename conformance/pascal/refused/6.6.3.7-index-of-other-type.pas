program t(output);
var b: array [char] of char;
procedure p(var a: array [i..j: integer] of char); begin end;
begin
  p(b)
end.
