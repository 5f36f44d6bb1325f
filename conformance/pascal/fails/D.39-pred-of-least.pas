program t(output);
var x: integer;
begin
  x := -maxint; x := pred(x)
end.
