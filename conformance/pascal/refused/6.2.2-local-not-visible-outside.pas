program t(output);
procedure p; var q: integer; begin q := 1 end;
begin
  q := 2
end.
