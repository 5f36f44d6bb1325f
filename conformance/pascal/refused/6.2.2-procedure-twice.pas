program t(output);
procedure p; begin end;
procedure p; begin end;
begin
  p
end.
