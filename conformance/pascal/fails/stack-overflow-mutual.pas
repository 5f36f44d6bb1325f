program t(output);
function g(i: integer): integer; forward;
function f(i: integer): integer; begin f := g(i + 1) end;
function g; begin g := f(i + 1) end;
begin
  writeln(f(1))
end.
