program t(output);
var f: file of integer;
begin
  writeln(f)
end.
