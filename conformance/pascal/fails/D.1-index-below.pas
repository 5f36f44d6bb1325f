program t(output);
var a: array [1..10] of integer; i: integer;
begin
  i := 0; writeln(a[i])
end.
