program t(output);
procedure p(f: text); begin end;
begin
  p(output)
end.
