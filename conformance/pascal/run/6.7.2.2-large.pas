program t(output);
begin
  writeln(46340 * 46340, -46340 * 46340, maxint div 2, maxint mod 10, -maxint div 3, (-maxint) mod 7)
end.
