program t(output);
var a: (x, y); b: (z, w);
begin
  a := x; b := z; if a = b then writeln
end.
