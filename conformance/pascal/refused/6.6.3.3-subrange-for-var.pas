program t(output);
var b: 1..5;
procedure p(var a: integer); begin end;
begin
  p(b)
end.
