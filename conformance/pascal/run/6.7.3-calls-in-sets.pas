program t(output);
function f(i: integer): integer; begin f := i * 2 end;
begin
  writeln(4 in [f(2)], f(3) in [f(1)..f(4)], [f(1), f(2)] = [2, 4], f(1) in [1])
end.
