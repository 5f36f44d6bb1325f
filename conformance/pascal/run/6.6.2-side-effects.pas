program t(output);
var n: integer;
function next: integer; begin n := n + 1; next := n end;
begin
  n := 0; writeln(next + next * 10); writeln(n)
end.
