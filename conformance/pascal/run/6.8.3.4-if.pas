program t(output);
var i: integer;
begin
  for i := 1 to 4 do if i = 1 then write(1) else if i = 2 then write(2) else if i > 3 then write(9);
  writeln; if true then if false then writeln(1) else writeln(2); if false then else writeln(3); if true then
end.
