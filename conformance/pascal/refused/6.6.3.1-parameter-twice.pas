program t(output);
procedure p(a: integer; a: char); begin end;
begin
  p(1, 'x')
end.
