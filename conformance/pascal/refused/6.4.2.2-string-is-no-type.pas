program t(output);
var s: string;
begin
  writeln(1)
end.
