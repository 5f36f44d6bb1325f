program t(output);
var a: packed array [1..20] of boolean; i: integer;
begin
  for i := 1 to 20 do a[i] := odd(i); for i := 1 to 20 do if a[i] then write(i:3); writeln
end.
