program t(output);
var f, g: text;
begin
  reset(f, g)
end.
