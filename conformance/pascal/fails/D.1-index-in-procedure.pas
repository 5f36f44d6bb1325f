program t(output);
var a: array [1..10] of integer;
procedure put(i: integer);
begin a[i] := i end;
procedure outer(k: integer);
begin put(k); put(k + 1) end;
begin
  outer(10)
end.
