program t(output);
var a, b: set of char;
begin
  if a < b then writeln
end.
