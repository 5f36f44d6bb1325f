program t(output);
var r: record alpha: integer end;
begin
  r.beta := 1
end.
