program t(output);
procedure p(a: integer); var a: char; begin end;
begin
  p(1)
end.
