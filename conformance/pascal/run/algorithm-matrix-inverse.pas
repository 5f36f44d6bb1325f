program t(output);
const n = 3;
type m = array [1..n, 1..n] of real;
var a, b: m; i, j, k: integer; p: real;
begin
  for i := 1 to n do for j := 1 to n do begin a[i, j] := 1 / (i + j - 1); b[i, j] := ord(i = j) end;
  for k := 1 to n do begin p := a[k, k]; for j := 1 to n do begin a[k, j] := a[k, j] / p; b[k, j] := b[k, j] / p end; for i := 1 to n do if i <> k then begin p := a[i, k]; for j := 1 to n do begin a[i, j] := a[i, j] - p * a[k, j]; b[i, j] := b[i, j] - p * b[k, j] end end end;
  for i := 1 to n do begin for j := 1 to n do write(b[i, j]:9:2); writeln end
end.
