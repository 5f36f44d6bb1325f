program t(output);
type t = 'a'..'h';
var s, u, v: set of t; x: t;
procedure show; var x: t; begin for x := 'a' to 'h' do if x in s then write(x); writeln end;
begin
  s := []; for x := 'a' to 'h' do begin s := s + [x]; show end; for x := 'h' downto 'a' do s := s - [x]; writeln(s = []); x := 'h'; s := ['a'..x]; show; s := [x..'a']; show
end.
