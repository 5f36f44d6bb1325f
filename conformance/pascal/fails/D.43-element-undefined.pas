program t(output);
var a: array [1..5] of integer;
begin
  a[1] := 1; a[3] := 2; writeln(a[1] + a[2])
end.
