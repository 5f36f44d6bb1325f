program t(output);
var a: 'a'..'f'; c: char;
begin
  c := 'A'; a := c
end.
