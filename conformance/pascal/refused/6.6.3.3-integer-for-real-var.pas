program t(output);
var b: integer;
procedure p(var a: real); begin end;
begin
  p(b)
end.
