program t(output);
var a: integer; a: char;
begin
  a := 1
end.
