program t(output);
var r: record width: integer end;
begin
  r.widht := 1
end.
