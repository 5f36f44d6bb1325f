program t(output);
function f(a: integer): integer; begin if a > 0 then f := 1 end;
begin
  writeln(f(1)); writeln(f(0))
end.
