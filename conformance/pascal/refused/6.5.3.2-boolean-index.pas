program t(output);
var a: array [1..2] of integer;
begin
  a[true] := 3
end.
