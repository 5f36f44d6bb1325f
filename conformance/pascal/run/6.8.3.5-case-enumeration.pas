program t(output);
type d = (mon, tue, wed, thu, fri, sat, sun);
var k: d;
begin
  for k := mon to sun do case k of sat, sun: write(0); mon, tue, wed, thu, fri: write(ord(k) + 1) end; writeln; case true of true: writeln(1); false: writeln(2) end
end.
