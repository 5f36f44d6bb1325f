program t(output);
type c = (r, g, b, y);
var s: set of r..g; x: c;
begin
  x := y; s := [x]
end.
