program t(output);
begin
  writeln(abs(-5), abs(5), abs(-2.5):5:1, sqr(-7), sqr(1.5):6:2);
  writeln(sin(0.5):10:6, cos(0.5):10:6, exp(1.5):10:6, ln(2.5):10:6, sqrt(2):10:6, arctan(1.0):10:6);
  writeln(sqrt(0):4:1, sqrt(16):4:1, ln(1):4:1, exp(0):4:1)
end.
