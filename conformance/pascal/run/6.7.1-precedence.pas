program t(output);
begin
  writeln(2 + 3 * 4, (2 + 3) * 4, -2 + 3, -(2 + 3), 10 - 4 - 3, 100 div 10 div 2, 7 mod 4 * 2, 2 * 7 mod 4);
  writeln(not true or true, not (true or true), true or false and false, (true or false) and false, 1 + 2 = 3, 2 * 3 < 3 + 4)
end.
