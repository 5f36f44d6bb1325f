program t(output);
var f: text;
begin
  rewrite(f); writeln(f); reset(f); get(f); get(f)
end.
