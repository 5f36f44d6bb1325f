program t(output);
var b: integer;
procedure p(procedure q); begin q end;
begin
  p(b)
end.
