program t(output);
const m = 60;
var d: array [0..m] of 0..9; n, i, c, k: integer;
begin
  for i := 0 to m do d[i] := 0; d[0] := 1; for n := 2 to 40 do begin c := 0; for i := 0 to m do begin k := d[i] * n + c; d[i] := k mod 10; c := k div 10 end end; i := m; while d[i] = 0 do i := i - 1; for n := i downto 0 do write(d[n]:1); writeln
end.
