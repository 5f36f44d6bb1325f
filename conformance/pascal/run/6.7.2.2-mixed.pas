program t(output);
var i: integer; r: real;
begin
  i := 3; r := 0.5; writeln(i + r:6:2, r + i:6:2, i - r:6:2, r - i:6:2, i * r:6:2, r * i:6:2, i / r:6:2, r / i:6:2, i = r, i > r, r < i)
end.
