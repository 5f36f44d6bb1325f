program t(output);
procedure p(i: integer); begin p(i + 1) end;
begin
  p(1)
end.
