program t(output);
function f(a: integer): integer; begin f := a end;
begin
  writeln(f)
end.
