program quicksort(output);
const n = 2000000;
var a: array [1..n] of integer; i, seed: integer; ok: boolean;
procedure sort(l, r: integer);
var i, j, p, t: integer;
begin
  i := l; j := r; p := a[(l + r) div 2];
  repeat
    while a[i] < p do i := i + 1;
    while p < a[j] do j := j - 1;
    if i <= j then begin t := a[i]; a[i] := a[j]; a[j] := t; i := i + 1; j := j - 1 end
  until i > j;
  if l < j then sort(l, j);
  if i < r then sort(i, r)
end;
begin
  seed := 12345;
  for i := 1 to n do begin seed := (seed * 171 + 11213) mod 53125; a[i] := seed * 37 mod 1000003 end;
  sort(1, n);
  ok := true;
  for i := 2 to n do if a[i - 1] > a[i] then ok := false;
  writeln(ok)
end.
