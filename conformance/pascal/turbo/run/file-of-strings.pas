program t;
type short = string[5];
var f: file of short; g: text; t: short; s: string;
begin
  rewrite(f); t := 'one'; write(f, t, 'two', t + '!', 'x');
  reset(f);
  while not eof(f) do begin read(f, s); write(s, ';') end;
  writeln;
  rewrite(g); writeln(g, t, ' ', 12); write(g, 'rest');
  reset(g);
  readln(g, s); writeln('[', s, ']');
  read(g, t); writeln('[', t, ']', eof(g), eoln(g))
end.
