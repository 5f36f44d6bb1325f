program t(output);
var i: integer; s: packed array [1..3] of char;
begin
  i := 3; s := 'xyz'; writeln(i:i, i:2 * i, s:i + 2, s:1, i / 2:6:i, odd(i):7)
end.
