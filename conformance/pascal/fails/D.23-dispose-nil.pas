program t(output);
var p: ^integer;
begin
  p := nil; dispose(p)
end.
