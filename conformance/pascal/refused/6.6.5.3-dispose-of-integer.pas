program t(output);
var a: integer;
begin
  dispose(a)
end.
