program t(output);
type r = record a: integer; b: real; c: packed array [1..3] of char end;
var f: file of r; v: r; i: integer;
begin
  rewrite(f); for i := 1 to 4 do begin v.a := i; v.b := i / 2; v.c := 'abc'; v.c[1] := chr(64 + i); write(f, v) end; reset(f); while not eof(f) do begin read(f, v); writeln(v.a, v.b:6:2, v.c) end
end.
