program t(output);
var b: packed record c: char end;
procedure p(var a: char); begin end;
begin
  p(b.c)
end.
