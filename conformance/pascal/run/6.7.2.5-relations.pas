program t(output);
type c = (x, y, z);
begin
  writeln(1 < 2, 2 <= 2, 3 > 4, 4 >= 4, 1 = 1, 1 <> 1); writeln('a' < 'b', x < z, y >= z, false < true, 'abc' < 'abd', 'b' >= 'a'); writeln(1.5 = 1.5, 1.5 <> 2, 2.5 > 1)
end.
