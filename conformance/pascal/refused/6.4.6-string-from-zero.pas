program t(output);
var a: packed array [0..2] of char;
begin
  a := 'abc'
end.
