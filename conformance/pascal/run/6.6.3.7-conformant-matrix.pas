program t(output);
var m: array [1..2, 1..3] of real; n: array [0..1, 5..6] of real;
procedure fill(var x: array [a..b: integer; c..d: integer] of real); var i, j: integer; begin for i := a to b do for j := c to d do x[i, j] := i + j / 10 end;
procedure show(x: array [a..b: integer; c..d: integer] of real); var i, j: integer; begin for i := a to b do begin for j := c to d do write(x[i][j]:5:1); writeln end end;
begin
  fill(m); fill(n); show(m); show(n)
end.
