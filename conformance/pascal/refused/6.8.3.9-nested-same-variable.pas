program t(output);
var i: integer;
begin
  for i := 1 to 2 do for i := 3 to 4 do writeln
end.
