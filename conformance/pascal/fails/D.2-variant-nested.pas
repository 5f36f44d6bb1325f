program t(output);
type e = (x, y, z);
var r: record case k: e of x: (i: integer); y, z: (case l: boolean of true: (c: char); false: (d: char)) end;
begin
  r.k := y; r.l := true; r.c := 'a'; writeln(r.c); r.d := 'x'
end.
