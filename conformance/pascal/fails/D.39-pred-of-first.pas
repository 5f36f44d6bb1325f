program t(output);
type c = (r, g, b);
var x: c;
begin
  x := r; x := pred(x)
end.
