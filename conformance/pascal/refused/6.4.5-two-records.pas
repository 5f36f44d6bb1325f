program t(output);
var a: record x: integer end; b: record x: integer end;
begin
  a := b
end.
