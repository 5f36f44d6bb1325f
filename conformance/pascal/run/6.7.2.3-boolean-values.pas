program t(output);
var a, b: boolean; i: integer;
begin
  i := 5; a := (i > 3) and (i < 10); b := not a or (i = 5); writeln(a, b, a and not b, (i > 3) = true, ord(a and b))
end.
