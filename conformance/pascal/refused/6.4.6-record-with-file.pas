program t(output);
var f, g: record t: text end;
begin
  f := g
end.
