program t(output);
type c = (red, green, blue, yellow);
var k: c; s: green..yellow;
begin
  k := succ(red); s := yellow; writeln(ord(k), ord(s), ord(pred(s)));
  for k := yellow downto red do write(ord(k):2); writeln
end.
