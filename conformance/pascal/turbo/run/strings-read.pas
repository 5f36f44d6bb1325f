program lines;
var s: string; t: string[4]; n: integer; c: char;
begin
  readln(s); writeln('[', s, ']');
  read(t); writeln('[', t, ']'); readln(s); writeln('[', s, ']');
  readln(n, c, s); writeln(n, '[', c, '][', s, ']');
  while not eof do begin
    readln(s);
    writeln(length(s), ':', s)
  end
end.
