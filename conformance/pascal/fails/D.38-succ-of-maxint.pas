program t(output);
var x: integer;
begin
  x := maxint; x := succ(x)
end.
