program t(output);
var f: file of integer;
begin
  writeln(eoln(f))
end.
