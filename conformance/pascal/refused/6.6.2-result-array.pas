program t(output);
type a = array [1..2] of integer;
function f: a; begin end;
begin
  writeln(1)
end.
