program t(output);
var a: array [1..5] of integer; b: array [-2..2] of integer; i: integer;
procedure fill(var x: array [l..h: integer] of integer; v: integer); var i: integer; begin for i := l to h do x[i] := v + i end;
function sum(x: array [l..h: integer] of integer): integer; var i, s: integer; begin s := 0; for i := l to h do s := s + x[i]; sum := s end;
begin
  fill(a, 10); fill(b, 0); writeln(sum(a), sum(b)); for i := -2 to 2 do write(b[i]:4); writeln
end.
