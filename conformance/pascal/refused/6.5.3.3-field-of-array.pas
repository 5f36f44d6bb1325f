program t(output);
var a: array [1..2] of record x: integer end;
begin
  a.x := 1
end.
