program t(output);
procedure p(a: integer); begin end;
begin
  p
end.
