program t(output);
type r = record case boolean of true: (i: integer); false: (j: integer) end;
var v: r;
begin
  v.i := 42; writeln(v.i); v.j := 43; writeln(v.j)
end.
