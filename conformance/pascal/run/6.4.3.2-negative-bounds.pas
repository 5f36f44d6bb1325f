program t(output);
var a: array [-3..3] of integer; i: integer;
begin
  for i := -3 to 3 do a[i] := -i; for i := 3 downto -3 do write(a[i]:3); writeln
end.
