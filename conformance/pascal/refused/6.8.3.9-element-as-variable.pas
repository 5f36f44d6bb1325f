program t(output);
var a: array [1..2] of integer;
begin
  for a[1] := 1 to 2 do writeln
end.
