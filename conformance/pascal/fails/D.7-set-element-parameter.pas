program t(output);
type s = set of 1..5;
var i: integer;
procedure p(a: s); begin end;
begin
  i := 6; p([i])
end.
