program t(output);
procedure p(a: integer); begin end;
begin
  p(1.5)
end.
