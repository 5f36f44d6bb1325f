program t(output);
var p: ^integer;
begin
  p^ := 1
end.
