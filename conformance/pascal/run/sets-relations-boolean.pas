program t(output);
type t = boolean;
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := false to true do if x in s then write(x:6); writeln end;
begin
  u := [true]; v := [false..true]; writeln(u = v, u <> v, u <= v, u >= v); s := u + v; writeln(u <= s, s >= v, s <= u, s = u + v, s - u <= v, [] <= s, s <> [])
end.
