program t(output);
begin
  writeln(pred('abc'))
end.
