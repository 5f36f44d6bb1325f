program t(output);
var f, g: text;
begin
  f := g
end.
