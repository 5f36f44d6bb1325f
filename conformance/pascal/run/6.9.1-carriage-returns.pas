program t(input, output);
var i: integer; c: char;
begin
  readln(i); writeln(i); while not eoln do begin read(c); write(ord(c):4) end; writeln; readln; writeln(eof)
end.
