program t(output);
var a: integer;
procedure p;
const c = a;
begin end;
begin
  a := 1
end.
