program t(output);
begin
  writeln('abc
end.
