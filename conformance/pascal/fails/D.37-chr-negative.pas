program t(output);
var i: integer;
begin
  i := -1; writeln(ord(chr(i)))
end.
