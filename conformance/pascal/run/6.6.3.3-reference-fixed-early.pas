program t(output);
var a: array [1..3] of integer; i: integer;
procedure p(var x: integer); begin i := 3; x := 7 end;
begin
  a[1] := 0; a[3] := 0; i := 1; p(a[i]); writeln(a[1], a[3])
end.
