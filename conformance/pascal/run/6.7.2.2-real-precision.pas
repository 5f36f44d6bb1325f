program t(output);
begin
  writeln(0.1 + 0.2); writeln(1 / 3); writeln(1e15 + 0.3); writeln(100000.0 * 100000.0); writeln(1e-300 * 1e-10)
end.
