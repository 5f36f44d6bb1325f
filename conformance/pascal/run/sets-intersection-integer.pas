program t(output);
type t = 0..15;
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := 0 to 15 do if x in s then write(x:3); writeln end;
begin
  u := [1..5, 9]; v := [0, 4..7, 15]; s := u * v; show; s := u * [0..15]; show; s := u * []; show; s := (u + v) * (u - v); show
end.
