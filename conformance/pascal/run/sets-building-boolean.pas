program t(output);
type t = boolean;
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := false to true do if x in s then write(x:6); writeln end;
begin
  s := []; for x := false to true do begin s := s + [x]; show end; for x := true downto false do s := s - [x]; writeln(s = []); x := true; s := [false..x]; show; s := [x..false]; show
end.
