program t(output);
var b: char;
procedure p(var a: integer); begin end;
begin
  p((b))
end.
