program t(output);
var f: file of integer; i: integer;
begin
  rewrite(f); write(f, 1); reset(f); read(f, i); writeln(i); read(f, i)
end.
