program t(output);
var a: real;
begin
  a := 'a' / 'b'
end.
