program t(output);
var f: text;
begin
  get(f)
end.
