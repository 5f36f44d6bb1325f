program t(output);
var a: integer;
begin
  with a do writeln
end.
