program t(output);
type v = array [1..10] of integer;
var a: v;
procedure put(var b: v; i: integer);
begin b[i] := i end;
begin
  put(a, 20)
end.
