program edges;
type short = string[5];
var s: string; t: short; i, code: integer; r: real; big: string;
function echo(s: short): short;
begin echo := s end;
function chain(n: integer): string;
begin
  if n = 0 then chain := '' else chain := chain(n - 1) + chr(ord('a') + n - 1)
end;
begin
  t := 'abcdefgh'; writeln(t, length(t));
  t := t + 'z'; writeln(t);
  s := echo('1234567') + echo(t); writeln(s);
  insert('XY', t, 3); writeln(t);
  insert('!', t, 0); writeln(t);
  s := 'abc'; insert('!', s, 100); writeln(s);
  delete(s, 0, 1); writeln(s);
  delete(s, 2, 100); writeln(s, length(s));
  delete(s, 5, 1); writeln(s);
  s := 'hello'; s[1] := 'J'; writeln(s, s[5]);
  s[0] := chr(2); writeln(s, length(s));
  writeln(chain(26));
  writeln(copy(chain(5), 2, 3) + copy(chain(3), 1, 1));
  writeln(pos('', 'abc'), pos('abcd', 'abc'), pos('c', 'abc'), pos(chain(2), 'xxab'));
  big := ''; for i := 1 to 300 do big := big + 'x'; writeln(length(big));
  val('', i, code); writeln(code);
  val('-', i, code); writeln(code);
  val('  17', i, code); writeln(i, ' ', code);
  val('-17', i, code); writeln(i, ' ', code);
  val('1.5x', r, code); writeln(code);
  val('1e3', r, code); writeln(r:1:0, ' ', code);
  str(-7:4, t); writeln('[', t, ']');
  str(123456, t); writeln('[', t, ']');
  writeln('b' > 'abc', ' ', 'ab' = 'ab', ' ', 'a' + 'b' = 'ab', ' ', '' < 'a');
  writeln('x':3, 'long':2, 12:1, -5:4)
end.
