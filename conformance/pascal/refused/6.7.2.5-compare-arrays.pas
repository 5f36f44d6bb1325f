program t(output);
var a, b: array [1..2] of integer;
begin
  if a = b then writeln
end.
