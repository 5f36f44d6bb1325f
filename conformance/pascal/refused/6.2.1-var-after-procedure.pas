program t(output);
procedure p; begin end;
var a: integer;
begin
  a := 1; p
end.
