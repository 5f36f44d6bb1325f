program t(output);
var a: integer;
begin
  a := 1; if a or true then writeln
end.
