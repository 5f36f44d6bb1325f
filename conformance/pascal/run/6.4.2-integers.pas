program t(output);
var i: integer;
begin
  i := maxint; writeln(i); i := -maxint; writeln(i); writeln(i + maxint); writeln(maxint - 1 + 1)
end.
