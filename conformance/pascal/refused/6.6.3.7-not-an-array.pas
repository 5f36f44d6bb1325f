program t(output);
procedure p(a: array [i..j: integer] of char); begin end;
begin
  p(5)
end.
