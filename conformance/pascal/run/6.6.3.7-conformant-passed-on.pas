program t(output);
var a: array [3..6] of integer; i: integer;
procedure inner(var x: array [l..h: integer] of integer); begin writeln(l, h, x[l], x[h]); x[h] := 0 end;
procedure outer(var x: array [p..q: integer] of integer); begin x[p] := 1; inner(x) end;
begin
  for i := 3 to 6 do a[i] := i * 10; outer(a); writeln(a[3], a[6])
end.
