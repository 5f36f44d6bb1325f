program t(output);
var a: array [1..5, 1..5] of integer; i, j: integer;
function f(k: integer): integer; begin f := k mod 5 + 1 end;
begin
  for i := 1 to 5 do for j := 1 to 5 do a[i, j] := 10 * i + j; writeln(a[f(1), f(2)], a[f(f(3)), f(4)] + a[f(0), f(1)]); a[f(1), f(2)] := f(3) + a[f(2), f(1)]; writeln(a[2, 3]); i := 3; a[i, f(i)] := a[f(i), i] * f(a[1, 1]); writeln(a[3, 4])
end.
