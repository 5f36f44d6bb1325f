program t(output);
const n = 6;
var r: array [1..n] of integer; count: integer;
function free(c, y: integer): boolean; var i: integer; ok: boolean; begin ok := true; for i := 1 to c - 1 do if (r[i] = y) or (abs(r[i] - y) = c - i) then ok := false; free := ok end;
procedure place(c: integer); var y, i: integer; begin for y := 1 to n do if free(c, y) then begin r[c] := y; if c = n then begin count := count + 1; for i := 1 to n do write(r[i]:2); writeln end else place(c + 1) end end;
begin
  count := 0; place(1); writeln(count)
end.
