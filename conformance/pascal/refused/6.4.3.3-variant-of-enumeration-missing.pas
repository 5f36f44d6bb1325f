program t(output);
type c = (p, q, s); r = record case k: c of p: (x: integer); s: () end;
begin
  writeln(1)
end.
