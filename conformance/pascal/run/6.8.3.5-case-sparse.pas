program t(output);
var i: integer;
procedure p(i: integer); begin case i of -1000: write(1); 0: write(2); 5: write(3); 1000: write(4); 100000: write(5); 2147483647: write(6); 77: write(7) end end;
begin
  p(-1000); p(0); p(5); p(1000); p(100000); p(maxint); p(77); writeln
end.
