program t(output);
var b: packed array [1..5] of char;
procedure p(var a: char); begin end;
begin
  p(b[1])
end.
