program t(output);
type v = array [1..3] of integer; r = record a: integer; b: real end;
var x: v; y: r; c: char; i: integer;
procedure p(var x: v; var y: r; var c: char; var e: integer; var f: real);
begin x[2] := 22; y.a := 33; c := succ(c); e := e + 1; f := f * 2 end;
begin
  x[1] := 1; x[2] := 2; x[3] := 3; y.a := 0; y.b := 1.5; c := 'a'; p(x, y, c, x[3], y.b); writeln(x[2], x[3], y.a, y.b:5:1, c)
end.
