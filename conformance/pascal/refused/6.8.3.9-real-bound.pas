program t(output);
var i: integer;
begin
  for i := 1 to 2.5 do writeln
end.
