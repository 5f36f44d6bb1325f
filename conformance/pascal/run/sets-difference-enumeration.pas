program t(output);
type t = (e1, e2, e3, e4, e5, e6);
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := e1 to e6 do if x in s then write(ord(x):2); writeln end;
begin
  u := [e2..e4]; v := [e1, e3, e5]; s := u - v; show; s := v - u; show; s := u - u; show; s := u - [e1] - [e6]; show
end.
