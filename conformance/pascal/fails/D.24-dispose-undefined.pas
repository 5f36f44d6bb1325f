program t(output);
var p: ^integer;
begin
  dispose(p)
end.
