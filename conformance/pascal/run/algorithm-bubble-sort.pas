program t(output);
const n = 20;
var a: array [1..n] of integer; i, j, t: integer;
begin
  for i := 1 to n do a[i] := i * 17 mod 23; for i := n downto 2 do for j := 1 to i - 1 do if a[j] > a[j + 1] then begin t := a[j]; a[j] := a[j + 1]; a[j + 1] := t end; for i := 1 to n do write(a[i]:3); writeln
end.
