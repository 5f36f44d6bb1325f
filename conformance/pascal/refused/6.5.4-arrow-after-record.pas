program t(output);
var a: record x: integer end;
begin
  a^.x := 1
end.
