program t(output);
var f: text;
begin
  writeln(eof(f))
end.
