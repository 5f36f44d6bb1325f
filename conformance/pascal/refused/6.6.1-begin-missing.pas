program t(output);
procedure p;
var a: integer;
procedure q; begin end;
end;
begin
  p
end.
