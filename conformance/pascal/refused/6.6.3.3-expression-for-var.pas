program t(output);
var b: integer;
procedure p(var a: integer); begin end;
begin
  p(b + 1)
end.
