program t(output);
var a: set of char;
begin
  a := [1, 2]
end.
