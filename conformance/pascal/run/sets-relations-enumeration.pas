program t(output);
type t = (e1, e2, e3, e4, e5, e6);
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := e1 to e6 do if x in s then write(ord(x):2); writeln end;
begin
  u := [e2..e4]; v := [e1, e3, e5]; writeln(u = v, u <> v, u <= v, u >= v); s := u + v; writeln(u <= s, s >= v, s <= u, s = u + v, s - u <= v, [] <= s, s <> [])
end.
