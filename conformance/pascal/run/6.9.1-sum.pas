program t(input, output);
var s, i: integer;
begin
  s := 0;
  while not eof do begin
    while not eoln do begin read(i); s := s + i end;
    readln
  end;
  writeln(s)
end.
