program t(output);
var a, b: record x: integer end;
begin
  if a = b then writeln
end.
