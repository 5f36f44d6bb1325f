program t(output);
begin
  writeln(1.0); writeln(-1.0); writeln(123.456:10); writeln(123.456:12); writeln(123.456:20); writeln(0.0); writeln(1e100); writeln(1.5e-7:15)
end.
