program t(output, a, b);
var a, b: text; c: char;
begin
  rewrite(a); writeln(a, 'text of a'); reset(a); rewrite(b); while not eof(a) do begin while not eoln(a) do begin read(a, c); write(b, c) end; readln(a); writeln(b) end; reset(b); while not eoln(b) do begin read(b, c); write(c) end; writeln
end.
