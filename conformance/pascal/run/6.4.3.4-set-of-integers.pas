program t(output);
var s, t: set of 0..255; i, n: integer;
begin
  s := []; for i := 0 to 15 do s := s + [i * i]; t := [10..120]; n := 0;
  for i := 0 to 255 do if i in s * t then begin write(i:4); n := n + 1 end; writeln; writeln(n);
  writeln(s * t <= s, s * t = t, [1] + [4] <= s, 300 in s, -1 in s)
end.
