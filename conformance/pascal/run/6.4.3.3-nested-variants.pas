program t(output);
type t = 1..3; r = record a: integer; case k: t of 1: (b: char); 2: (c: boolean; case l: boolean of true: (d: integer); false: (e: char)); 3: () end;
var v: r;
begin
  v.a := 1; v.k := 2; v.c := true; v.l := false; v.e := 'e'; writeln(v.a, v.c, v.e);
  v.l := true; v.d := 99; writeln(v.d); v.k := 1; v.b := 'b'; writeln(v.b)
end.
