program t(output);
type v = array [1..1000] of integer;
var f: file of v; a: v; i, j: integer;
begin
  rewrite(f); for i := 1 to 50 do begin for j := 1 to 1000 do a[j] := i * j; f^ := a; put(f) end; reset(f); i := 0; while not eof(f) do begin i := (i + f^[7] + f^[1000]) mod 100003; get(f) end; writeln(i)
end.
