program t(output);
type t = boolean;
  st = set of t;
var s, u: st; x: t;
procedure show(s: st); var x: t; begin s := s * [false..true]; for x := false to true do if x in s then write(x:6); writeln end;
procedure flip(var s: st); begin s := [false..true] - s end;
function count(s: st): integer; var x: t; n: integer; begin n := 0; for x := false to true do if x in s then n := n + 1; count := n end;
begin
  s := [true]; show(s); flip(s); show(s); show(s + [false..true]); writeln(count(s), count([false..true]), count(s * [false..true]), count([])); u := s; flip(u); writeln(u = [true])
end.
