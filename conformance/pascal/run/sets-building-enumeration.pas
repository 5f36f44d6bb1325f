program t(output);
type t = (e1, e2, e3, e4, e5, e6);
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := e1 to e6 do if x in s then write(ord(x):2); writeln end;
begin
  s := []; for x := e1 to e6 do begin s := s + [x]; show end; for x := e6 downto e1 do s := s - [x]; writeln(s = []); x := e6; s := [e1..x]; show; s := [x..e1]; show
end.
