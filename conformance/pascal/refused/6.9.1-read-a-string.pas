program t(input, output);
var s: packed array [1..3] of char;
begin
  read(s)
end.
