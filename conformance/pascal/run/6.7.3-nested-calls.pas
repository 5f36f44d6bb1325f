program t(output);
function add(a, b: integer): integer; begin add := a + b end;
function twice(a: integer): integer; begin twice := 2 * a end;
begin
  writeln(add(1, 2), add(add(1, 2), add(3, add(4, 5))), twice(add(twice(3), twice(4))), 1 + twice(2) * add(3, 4) - twice(5))
end.
