program t(output);
const n = 30;
var a: array [1..n] of integer; i, t: integer;
procedure sift(l, r: integer); label 1; var i, j, x: integer;
begin i := l; j := 2 * i; x := a[i]; while j <= r do begin if j < r then if a[j] < a[j + 1] then j := j + 1; if x >= a[j] then goto 1; a[i] := a[j]; i := j; j := 2 * i end; 1: a[i] := x end;
begin
  for i := 1 to n do a[i] := i * 37 mod 101; for i := n div 2 downto 1 do sift(i, n); for i := n downto 2 do begin t := a[1]; a[1] := a[i]; a[i] := t; sift(1, i - 1) end; for i := 1 to n do write(a[i]:4); writeln
end.
