program t(output);
type a = (x, y); b = (z, w); c = x..w;
begin
  writeln(1)
end.
