program t(output);
type t = 'a'..'h';
  st = set of t;
var s, u: st; x: t;
procedure show(s: st); var x: t; begin s := s * ['a'..'h']; for x := 'a' to 'h' do if x in s then write(x); writeln end;
procedure flip(var s: st); begin s := ['a'..'h'] - s end;
function count(s: st): integer; var x: t; n: integer; begin n := 0; for x := 'a' to 'h' do if x in s then n := n + 1; count := n end;
begin
  s := ['b'..'d', 'g']; show(s); flip(s); show(s); show(s + ['a', 'c', 'g'..'h']); writeln(count(s), count(['a', 'c', 'g'..'h']), count(s * ['a', 'c', 'g'..'h']), count([])); u := s; flip(u); writeln(u = ['b'..'d', 'g'])
end.
