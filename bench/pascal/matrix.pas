program b(output);
const n = 500;
type m = array[1..n,1..n] of real;
var a,b,c: m; i,j,k: integer; s: real;
begin
 for i := 1 to n do for j := 1 to n do begin a[i,j] := i+j; b[i,j] := i-j end;
 for i := 1 to n do for j := 1 to n do begin s := 0; for k := 1 to n do s := s + a[i,k]*b[k,j]; c[i,j] := s end;
 writeln(c[n,n]:10:1)
end.
