program t(output);
const a = 5; b = -a; c = 'x'; d = 'text'; e = 1.5; f = -e; g = true; h = maxint;
begin
  writeln(a, b, c, d, e:5:1, f:5:1, g, h)
end.
