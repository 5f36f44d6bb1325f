program t(output);
var a: char;
begin
  a := 'ab'
end.
