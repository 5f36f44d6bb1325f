program t(output);
begin
  writeln(odd(3), odd(-3), odd(0), odd(4), odd(-4))
end.
