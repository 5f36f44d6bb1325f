program t(output);
function inverse(n: integer): integer;
begin
  inverse := 100 div n
end;
function sum(n: integer): integer;
begin
  if n < 0 then sum := 0
  else sum := inverse(n) + sum(n - 1)
end;
begin
  writeln(sum(3))
end.
