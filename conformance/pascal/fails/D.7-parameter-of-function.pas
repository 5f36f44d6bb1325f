program t(output);
type t = 0..9;
var i: integer;
function f(a: t): integer; begin f := a end;
begin
  i := -1; writeln(f(i))
end.
