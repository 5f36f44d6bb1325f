program t(output);
procedure p(var a: integer); begin end;
begin
  p(1)
end.
