program t(output);
var i: integer;
begin
  for i := 1, 2 do writeln
end.
