program t(output);
var a: record x: integer end;
begin
  write(a)
end.
