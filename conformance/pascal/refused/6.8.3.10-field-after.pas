program t(output);
var r: record x: integer end;
begin
  with r do x := 1; x := 2
end.
