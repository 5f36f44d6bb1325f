program t(output);
type c = (red, green, blue);
var k: c;
procedure p; const best = green; begin writeln(ord(best)) end;
begin
  k := red; p; writeln(ord(k))
end.
