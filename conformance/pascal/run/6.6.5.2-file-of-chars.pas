program t(output);
var f: file of char; c: char;
begin
  rewrite(f); write(f, 'a', 'b', 'c'); reset(f); while not eof(f) do begin read(f, c); write(c) end; writeln
end.
