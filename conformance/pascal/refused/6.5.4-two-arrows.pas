program t(output);
var a: ^integer;
begin
  new(a); a^^ := 1
end.
