program t(output);
var a: array [1..5] of integer; i: integer;
procedure swap(var x, y: integer); var t: integer; begin t := x; x := y; y := t end;
begin
  for i := 1 to 5 do a[i] := i; i := 2; swap(a[i], a[i + 2]); swap(i, a[1]); for i := 1 to 5 do write(a[i]); writeln
end.
