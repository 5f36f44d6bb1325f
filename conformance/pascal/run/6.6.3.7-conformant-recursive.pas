program t(output);
var a: array [1..10] of integer; i: integer;
procedure sort(var x: array [lo..hi: integer] of integer; l, r: integer); var i, j, p, t: integer;
begin i := l; j := r; p := x[(l + r) div 2];
repeat while x[i] < p do i := i + 1; while p < x[j] do j := j - 1; if i <= j then begin t := x[i]; x[i] := x[j]; x[j] := t; i := i + 1; j := j - 1 end until i > j;
if l < j then sort(x, l, j); if i < r then sort(x, i, r) end;
begin
  for i := 1 to 10 do a[i] := i * 7 mod 11; sort(a, 1, 10); for i := 1 to 10 do write(a[i]:3); writeln
end.
