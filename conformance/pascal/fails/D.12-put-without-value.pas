program t(output);
var f: text;
begin
  rewrite(f); put(f)
end.
