program t(output);
var r: record n: integer; f: text end; k: integer;
begin
  rewrite(r.f); r.n := 4; write(r.f, r.n); reset(r.f); with r do read(f, k); writeln(k)
end.
