program t(output);
begin
  writeln(trunc(3.7), trunc(-3.7), trunc(0.5), round(3.5), round(-3.5), round(2.5), round(-2.5), round(2.4), round(0.49999))
end.
