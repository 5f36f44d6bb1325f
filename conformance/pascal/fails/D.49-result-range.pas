program t(output);
type t = 1..5;
function f(a: integer): t; begin f := a end;
begin
  writeln(f(3)); writeln(f(6))
end.
