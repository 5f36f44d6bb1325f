program t(output);
var i: integer;
begin
  i := 256; writeln(ord(chr(i)))
end.
