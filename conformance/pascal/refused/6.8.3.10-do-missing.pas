program t(output);
var r: record x: integer end;
begin
  with r x := 1
end.
