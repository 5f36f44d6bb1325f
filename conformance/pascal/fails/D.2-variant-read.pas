program t(output);
var r: record case k: boolean of true: (i: integer); false: (c: char) end;
begin
  r.k := true; r.i := 1; writeln(r.c)
end.
