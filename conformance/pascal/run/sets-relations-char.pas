program t(output);
type t = 'a'..'h';
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := 'a' to 'h' do if x in s then write(x); writeln end;
begin
  u := ['b'..'d', 'g']; v := ['a', 'c', 'g'..'h']; writeln(u = v, u <> v, u <= v, u >= v); s := u + v; writeln(u <= s, s >= v, s <= u, s = u + v, s - u <= v, [] <= s, s <> [])
end.
