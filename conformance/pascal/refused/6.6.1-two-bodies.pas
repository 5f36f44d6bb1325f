program t(output);
procedure p; forward;
procedure p; begin end;
procedure p; begin end;
begin
  p
end.
