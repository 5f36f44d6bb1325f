program t(output);
procedure p; forward;
begin
  p
end.
