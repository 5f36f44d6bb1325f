program t(output);
type t = 1..5;
procedure p(a: t); begin end;
begin
  p(6)
end.
