program t(output);
var a: boolean;
begin
  if a then writeln
end.
