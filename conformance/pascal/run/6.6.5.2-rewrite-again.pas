program t(output);
var f: text; c: char;
begin
  rewrite(f); writeln(f, 'old text'); rewrite(f); writeln(f, 'new'); reset(f); while not eof(f) do begin while not eoln(f) do begin read(f, c); write(c) end; readln(f) end; writeln; reset(f); read(f, c); writeln(c)
end.
