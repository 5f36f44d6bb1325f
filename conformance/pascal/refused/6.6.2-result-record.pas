program t(output);
type a = record x: integer end;
function f: a; begin end;
begin
  writeln(1)
end.
