program t(input, output);
var c: char;
begin
  c := input^; writeln(c)
end.
