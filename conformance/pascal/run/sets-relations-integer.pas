program t(output);
type t = 0..15;
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := 0 to 15 do if x in s then write(x:3); writeln end;
begin
  u := [1..5, 9]; v := [0, 4..7, 15]; writeln(u = v, u <> v, u <= v, u >= v); s := u + v; writeln(u <= s, s >= v, s <= u, s = u + v, s - u <= v, [] <= s, s <> [])
end.
