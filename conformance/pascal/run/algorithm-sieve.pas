program t(output);
const n = 200;
var s: set of 2..255; i, j: integer;
begin
  s := [2..n]; i := 2; while i * i <= n do begin if i in s then begin j := i * i; while j <= n do begin s := s - [j]; j := j + i end end; i := i + 1 end; for i := 2 to n do if i in s then write(i:4); writeln
end.
