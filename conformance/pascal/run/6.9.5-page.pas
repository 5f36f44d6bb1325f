program t(output);
var f: text; c: char;
begin
  rewrite(f); write(f, 'a'); page(f); writeln(f, 'b'); reset(f); while not eof(f) do begin read(f, c); write(ord(c):4) end; writeln
end.
