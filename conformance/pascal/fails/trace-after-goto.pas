program t(output);
label 1;
var n: integer;
procedure deep(i: integer);
begin
  if i = 0 then goto 1;
  deep(i - 1)
end;
begin
  n := 0;
  deep(5);
  1: writeln(1 div n)
end.
