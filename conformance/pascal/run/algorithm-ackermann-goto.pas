program t(output);
label 1;
var m, n, top: integer; s: array [0..200] of integer;
begin
  m := 2; n := 3; top := 0; s[0] := m;
  1: m := s[top]; if m = 0 then begin n := n + 1; top := top - 1 end else if n = 0 then begin s[top] := m - 1; n := 1 end else begin s[top] := m - 1; top := top + 1; s[top] := m; n := n - 1 end;
  if top >= 0 then goto 1; writeln(n)
end.
