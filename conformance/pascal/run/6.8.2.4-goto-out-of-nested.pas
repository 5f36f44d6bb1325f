program t(output);
label 9;
var i, j: integer;
begin
  for i := 1 to 5 do for j := 1 to 5 do if i * j = 12 then goto 9;
  9: writeln(1)
end.
