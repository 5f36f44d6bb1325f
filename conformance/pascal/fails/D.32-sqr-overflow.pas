program t(output);
var i: integer;
begin
  i := 50000; writeln(sqr(i))
end.
