program t(output);
var r: packed record c: char; b: boolean; n: 0..9; i: integer; x: real end;
begin
  r.c := 'q'; r.b := true; r.n := 9; r.i := -123456; r.x := 0.125;
  writeln(r.c, r.b, r.n, r.i, r.x:6:3)
end.
