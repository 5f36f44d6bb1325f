program t(output);
var a: ^integer; b: ^char;
begin
  if a = b then writeln
end.
