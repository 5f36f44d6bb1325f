program t(output);
var p, q: ^integer;
begin
  new(p); dispose(p); dispose(p)
end.
