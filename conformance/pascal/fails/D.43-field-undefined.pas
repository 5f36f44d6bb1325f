program t(output);
var r: record x, y: integer end;
begin
  r.x := 1; writeln(r.x, r.y)
end.
