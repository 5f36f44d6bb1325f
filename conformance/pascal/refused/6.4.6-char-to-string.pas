program t(output);
var a: packed array [1..3] of char;
begin
  a := 'a'
end.
