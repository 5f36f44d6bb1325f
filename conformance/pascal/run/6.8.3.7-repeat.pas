program t(output);
var i: integer;
begin
  i := 0; repeat i := i + 1; write(i); until i >= 5; writeln; repeat until true; repeat i := i - 2; until i < 0; writeln(i)
end.
