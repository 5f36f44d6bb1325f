program t(output);
type v = array [1..3] of integer;
var a, b: v; i: integer;
function dot(x, y: array [l..h: integer] of integer): integer; var i, s: integer; begin s := 0; for i := l to h do s := s + x[i] * y[i]; dot := s end;
begin
  for i := 1 to 3 do begin a[i] := i; b[i] := 4 - i end; writeln(dot(a, b))
end.
