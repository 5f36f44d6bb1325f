program t(input, output);
var s, i: integer;
begin
  s := 0; while not eof do begin read(i); s := s + i; if not eof then while input^ = ' ' do get(input) end; writeln(s)
end.
