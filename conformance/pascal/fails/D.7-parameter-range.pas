program t(output);
type t = 1..5;
var i: integer;
procedure p(a: t); begin writeln(a) end;
begin
  i := 6; p(i)
end.
