program t(output);
function f(n: integer): integer; var i: integer;
begin f := 0; for i := 1 to n do if i mod 3 = 0 then f := i end;
begin
  writeln(f(2), f(10))
end.
