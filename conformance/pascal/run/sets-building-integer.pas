program t(output);
type t = 0..15;
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := 0 to 15 do if x in s then write(x:3); writeln end;
begin
  s := []; for x := 0 to 15 do begin s := s + [x]; show end; for x := 15 downto 0 do s := s - [x]; writeln(s = []); x := 15; s := [0..x]; show; s := [x..0]; show
end.
