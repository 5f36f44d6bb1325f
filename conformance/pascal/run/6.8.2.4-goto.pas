program t(output);
label 1, 2, 99;
var i: integer;
begin
  i := 0;
  1: i := i + 1; if i < 5 then goto 1; writeln(i);
  for i := 1 to 10 do if i = 7 then goto 2;
  writeln(0);
  2: writeln(7); goto 99; writeln(0);
  99: 
end.
