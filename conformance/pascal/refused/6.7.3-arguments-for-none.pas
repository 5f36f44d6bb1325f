program t(output);
function f: integer; begin f := 1 end;
begin
  writeln(f(1))
end.
