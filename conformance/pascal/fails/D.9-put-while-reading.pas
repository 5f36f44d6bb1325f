program t(output);
var f: text;
begin
  rewrite(f); writeln(f, 'x'); reset(f); put(f)
end.
