program t(output);
var a: char;
begin
  writeln(a)
end.
