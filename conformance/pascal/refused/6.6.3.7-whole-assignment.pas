program t(output);
var b: array [1..3] of char;
procedure p(var a: array [i..j: integer] of char; var c: array [k..l: integer] of char); begin a := c end;
begin
  p(b, b)
end.
