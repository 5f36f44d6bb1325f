program t(output);
var i, n: integer;
function f: integer; begin n := n + 1; f := 5 end;
begin
  n := 0; for i := f - 4 to f do write(i); writeln(n)
end.
