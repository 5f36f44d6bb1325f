program t(input, output);
var n, m: integer; c: char;
begin
  n := 0; m := 0; while not eof do begin while not eoln do begin read(c); m := m + 1 end; n := n + 1; readln end; writeln(n, m)
end.
