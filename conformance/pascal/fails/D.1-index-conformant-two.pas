program t(output);
var a: array [1..2, 1..3] of integer;
procedure put(var b: array [l..h: integer; k..m: integer] of integer);
begin b[h, m + 1] := 1 end;
begin
  put(a)
end.
