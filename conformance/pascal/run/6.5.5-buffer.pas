program t(output);
var f: file of integer; t: text; i: integer; c: char;
begin
  rewrite(f); for i := 1 to 5 do begin f^ := i * 11; put(f) end; reset(f);
  while not eof(f) do begin write(f^); get(f) end; writeln;
  rewrite(t); t^ := 'a'; put(t); t^ := 'b'; put(t); writeln(t); reset(t);
  writeln(t^); get(t); c := t^; writeln(c); get(t); writeln(eoln(t), '[', t^, ']'); get(t); writeln(eof(t))
end.
