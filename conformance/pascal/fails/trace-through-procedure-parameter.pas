program t(output);
var i: integer;
procedure fail;
var a: array [1..3] of integer;
begin
  a[i] := 1
end;
procedure run(procedure p);
begin
  i := 4;
  p
end;
begin
  run(fail)
end.
