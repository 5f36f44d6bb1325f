program t(output);
begin
  writeln('abc', 'abc':5, 'abc':2, 'abc':3); writeln('x', 'x':3, true, false, true:6, false:2, true:1)
end.
