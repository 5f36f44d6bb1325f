program t(output);
var a, b: integer;
begin
  a := 65536; b := a * 32768
end.
