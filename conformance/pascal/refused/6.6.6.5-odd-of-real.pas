program t(output);
begin
  writeln(odd(1.5))
end.
