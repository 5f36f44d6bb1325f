program t(output);
var a: array [1..3] of packed array [1..3] of char; i: integer;
begin
  a[1] := 'one'; a[2] := 'two'; a[3] := 'ten'; a[3][3] := 'x';
  for i := 1 to 3 do write(a[i], '.'); writeln; writeln(a[2] > a[1])
end.
