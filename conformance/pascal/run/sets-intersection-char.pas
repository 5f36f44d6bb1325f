program t(output);
type t = 'a'..'h';
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := 'a' to 'h' do if x in s then write(x); writeln end;
begin
  u := ['b'..'d', 'g']; v := ['a', 'c', 'g'..'h']; s := u * v; show; s := u * ['a'..'h']; show; s := u * []; show; s := (u + v) * (u - v); show
end.
