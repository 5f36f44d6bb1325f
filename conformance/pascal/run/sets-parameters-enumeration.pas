program t(output);
type t = (e1, e2, e3, e4, e5, e6);
  st = set of t;
var s, u: st; x: t;
procedure show(s: st); var x: t; begin s := s * [e1..e6]; for x := e1 to e6 do if x in s then write(ord(x):2); writeln end;
procedure flip(var s: st); begin s := [e1..e6] - s end;
function count(s: st): integer; var x: t; n: integer; begin n := 0; for x := e1 to e6 do if x in s then n := n + 1; count := n end;
begin
  s := [e2..e4]; show(s); flip(s); show(s); show(s + [e1, e3, e5]); writeln(count(s), count([e1, e3, e5]), count(s * [e1, e3, e5]), count([])); u := s; flip(u); writeln(u = [e2..e4])
end.
