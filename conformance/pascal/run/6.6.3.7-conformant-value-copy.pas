program t(output);
type v = array [1..4] of integer;
var a: v;
procedure p(x: array [l..h: integer] of integer); begin x[l] := 100; writeln(x[l], h - l + 1) end;
begin
  a[1] := 1; a[2] := 2; a[3] := 3; a[4] := 4; p(a); writeln(a[1])
end.
