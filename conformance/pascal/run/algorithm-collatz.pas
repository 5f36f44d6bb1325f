program t(output);
var n, m, s, best, at: integer;
begin
  best := 0; at := 0; for n := 1 to 1000 do begin m := n; s := 0; while m <> 1 do begin if odd(m) then m := 3 * m + 1 else m := m div 2; s := s + 1 end; if s > best then begin best := s; at := n end end; writeln(at, best)
end.
