program t(output);
var p: ^integer;
begin
  new(p); p^ := 1; dispose(p); writeln(p^)
end.
