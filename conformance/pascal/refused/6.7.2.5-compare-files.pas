program t(output);
var a, b: text;
begin
  if a = b then writeln
end.
