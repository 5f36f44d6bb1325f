program t(output);
type v = array [1..3] of integer; r = record a: integer; b: v end;
var x: v; y: r;
procedure p(x: v; y: r; z: integer);
begin x[1] := 99; y.a := 99; y.b[2] := 99; z := 99; writeln(x[1], y.a, y.b[2], z) end;
begin
  x[1] := 1; x[2] := 2; x[3] := 3; y.a := 4; y.b := x; p(x, y, 5); writeln(x[1], y.a, y.b[2])
end.
