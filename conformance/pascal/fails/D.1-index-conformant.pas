program t(output);
var a: array [3..7] of integer;
procedure put(var b: array [l..h: integer] of integer);
begin b[h + 1] := 1 end;
begin
  put(a)
end.
