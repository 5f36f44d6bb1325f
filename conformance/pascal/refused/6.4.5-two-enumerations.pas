program t(output);
var a: (x, y); b: (z, w);
begin
  a := z; b := x
end.
