program t(output);
var a: ^integer; b: integer;
begin
  new(a); b := a
end.
