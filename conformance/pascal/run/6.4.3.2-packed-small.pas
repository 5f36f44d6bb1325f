program t(output);
var a: packed array [1..10] of 0..255; b: packed array [1..10] of -5..5; i: integer;
begin
  for i := 1 to 10 do begin a[i] := 25 * i; b[i] := i - 5 end;
  for i := 1 to 10 do write(a[i]:4, b[i]:3); writeln
end.
