program t(output);
procedure p(a: 1..5); begin end;
begin
  p(1)
end.
