program t(output);
var a: integer;
begin
  a := 1; if 0 < a < 2 then writeln
end.
