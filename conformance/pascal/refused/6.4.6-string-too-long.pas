program t(output);
var a: packed array [1..2] of char;
begin
  a := 'abc'
end.
