program t(output);
var a: boolean;
begin
  if a := true then writeln
end.
