program t(output);
type c = (r, g, b);
var a: r..g;
begin
  a := b
end.
