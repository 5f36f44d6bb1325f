program t(output);
type t = 0..15;
  st = set of t;
var s, u: st; x: t;
procedure show(s: st); var x: t; begin s := s * [0..15]; for x := 0 to 15 do if x in s then write(x:3); writeln end;
procedure flip(var s: st); begin s := [0..15] - s end;
function count(s: st): integer; var x: t; n: integer; begin n := 0; for x := 0 to 15 do if x in s then n := n + 1; count := n end;
begin
  s := [1..5, 9]; show(s); flip(s); show(s); show(s + [0, 4..7, 15]); writeln(count(s), count([0, 4..7, 15]), count(s * [0, 4..7, 15]), count([])); u := s; flip(u); writeln(u = [1..5, 9])
end.
