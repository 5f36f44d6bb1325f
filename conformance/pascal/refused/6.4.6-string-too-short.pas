program t(output);
var a: packed array [1..5] of char;
begin
  a := 'abc'
end.
