program t(output);
begin
  writeln(5); writeln(5:1, -5:1, 123:2, 123:6, -123:6); writeln(0:3, maxint:12, -maxint:12)
end.
