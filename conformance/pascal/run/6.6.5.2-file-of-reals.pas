program t(output);
var f: file of real; s: real; i: integer;
begin
  rewrite(f); for i := 1 to 100 do write(f, 1 / i); reset(f); s := 0; while not eof(f) do begin s := s + f^; get(f) end; writeln(s:10:6)
end.
