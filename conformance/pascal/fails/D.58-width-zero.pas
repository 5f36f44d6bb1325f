program t(output);
var i: integer;
begin
  i := 0; writeln(5:i)
end.
