program t(output);
var f: text; i: integer; c: char;
begin
  rewrite(f); writeln(f, 10, ' ', 20); writeln(f, 'abc'); reset(f); read(f, i); write(i); readln(f, i); writeln(i); while not eoln(f) do begin read(f, c); write(c) end; readln(f); writeln; writeln(eof(f))
end.
