program t(output);
begin
  writeln('abc' + 'def')
end.
