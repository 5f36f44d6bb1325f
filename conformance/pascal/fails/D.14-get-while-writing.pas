program t(output);
var f: text;
begin
  rewrite(f); get(f)
end.
