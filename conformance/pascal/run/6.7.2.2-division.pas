program t(output);
var i: integer;
begin
  for i := -5 to 5 do write(i div 3:4, i mod 3:4); writeln; for i := -5 to 5 do write(i div (-2):4); writeln; for i := 1 to 5 do write(7 / i:8:4); writeln
end.
