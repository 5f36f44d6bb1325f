program t(output);
var a: 'a'..'f';
begin
  a := 'g'
end.
