program t(output);
var a: array [1..3] of char;
begin
  a := 'abc'
end.
