program t(output);
type c = (r, g, b);
var a: r..g; x: c;
begin
  x := b; a := x
end.
