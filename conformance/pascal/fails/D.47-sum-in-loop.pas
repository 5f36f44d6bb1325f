program t(output);
var a, i: integer;
begin
  a := 1; for i := 1 to 40 do a := a * 2
end.
