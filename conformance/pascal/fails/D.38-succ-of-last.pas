program t(output);
type c = (r, g, b);
var x: c;
begin
  x := b; x := succ(x)
end.
