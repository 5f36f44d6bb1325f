program t(output);
var b: integer;
procedure p; begin end;
begin
  b := p
end.
