program t(output);
type s = 1..5;
var a: array [1..8] of integer;
procedure inner(var x: array [i..j: s] of integer); begin writeln(j) end;
procedure outer(var x: array [i..j: integer] of integer); begin inner(x) end;
begin
  outer(a)
end.
