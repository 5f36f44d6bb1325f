program t(output);
var a: ;
begin
  writeln(1)
end.
