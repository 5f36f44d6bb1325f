program t(output);
begin
  writeln(0, 007, 2147483647, -2147483647);
  writeln(1.0:5:1, 0.5:5:1, 1e2:6:1, 1E-2:6:2, 1.5e+3:8:1)
end.
