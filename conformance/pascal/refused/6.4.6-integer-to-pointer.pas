program t(output);
var a: ^integer;
begin
  a := 0
end.
