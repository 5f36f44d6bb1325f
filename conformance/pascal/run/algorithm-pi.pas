program t(output);
var i: integer; s: real;
begin
  s := 0; for i := 0 to 9999 do if odd(i) then s := s - 4 / (2 * i + 1) else s := s + 4 / (2 * i + 1); writeln(s:10:6)
end.
