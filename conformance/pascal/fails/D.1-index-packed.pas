program t(output);
var a: packed array [1..5] of char; i: integer;
begin
  i := 6; a[i] := 'x'
end.
