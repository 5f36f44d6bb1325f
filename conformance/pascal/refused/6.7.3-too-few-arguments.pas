program t(output);
function f(a, b: integer): integer; begin f := a + b end;
begin
  writeln(f(1))
end.
