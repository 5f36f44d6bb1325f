program t(output);
type t = boolean;
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := false to true do if x in s then write(x:6); writeln end;
begin
  u := [true]; v := [false..true]; s := u - v; show; s := v - u; show; s := u - u; show; s := u - [false] - [true]; show
end.
