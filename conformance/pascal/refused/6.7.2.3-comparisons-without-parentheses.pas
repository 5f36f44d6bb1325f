program t(output);
var a: integer;
begin
  a := 1; if a > 0 and a < 5 then writeln
end.
