program t(output);
type r = record a: array [1..2] of record p: ^integer; s: packed array [1..3] of char end end;
var m: array [0..1, 0..1] of r; q: ^integer;
begin
  new(m[1, 0].a[2].p); m[1, 0].a[2].p^ := 77; m[1][0].a[2].s := 'abc'; m[1, 0].a[2].s[2] := 'X'; writeln(m[1, 0].a[2].p^, m[1, 0].a[2].s)
end.
