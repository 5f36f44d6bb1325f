program t(output);
var a, b: ^integer;
begin
  if a < b then writeln
end.
