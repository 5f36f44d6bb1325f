program strings;
type
  name = string[10];
  person = record first, last: name; age: integer end;
const
  greeting = 'Hello';
var
  s, t: string;
  n: name;
  p: array [1..3] of person;
  i, code: integer;
  x: real;
  c: char;

function doubled(s: string): string;
begin
  doubled := s + s
end;

function repeated(s: string; n: integer): string;
var i: integer; r: string;
begin
  r := '';
  for i := 1 to n do r := r + s;
  repeated := r
end;

procedure shout(var s: string);
var i: integer;
begin
  for i := 1 to length(s) do
    if s[i] in ['a'..'z'] then s[i] := chr(ord(s[i]) - 32)
end;

function kind(i: integer): string;
begin
  case i of
    1: kind := 'one';
    2, 3: kind := 'few'
  else
    kind := 'many'
  end
end;

begin
  s := greeting;
  t := s + ', ' + 'world' + '!';
  writeln(t, ' ', length(t));
  n := t;
  writeln('[', n, '] ', length(n));
  writeln(doubled('ab'), doubled(doubled('x')), length(doubled(n)));
  writeln(repeated('-', 20));
  shout(t);
  writeln(t);
  writeln(copy(t, 1, 5), '|', copy(t, 8, 100), '|', copy(t, 50, 2), '|');
  writeln(pos('WORLD', t), ' ', pos('x', t), ' ', pos('O', t));
  insert('big ', t, 8);
  writeln(t);
  delete(t, 1, 7);
  writeln(t);
  writeln(concat('a', 'bc', n, '.'));
  str(42, s); writeln('[', s, ']');
  str(42:6, s); writeln('[', s, ']');
  str(3.14159:8:2, s); writeln('[', s, ']');
  val('123', i, code); writeln(i, ' ', code);
  val('12x3', i, code); writeln(code);
  val('2.5e2', x, code); writeln(x:1:1, ' ', code);
  writeln('abc' < 'abd', ' ', 'abc' < 'ab', ' ', s = '    3.14', ' ', n > 'Hello');
  for i := 1 to 5 do write(kind(i), ' ');
  writeln;
  p[2].first := 'Ada'; p[2].last := 'Lovelace';
  p[3] := p[2];
  writeln(p[3].first + ' ' + p[3].last);
  c := 'z';
  s := c; s := s + c;
  writeln(s, length(s));
  if (s = 'zz') and (s <> '') then writeln('equal');
  s := '';
  writeln(length(s), '[', s:5, ']', 'right':8, 7:3, true, ' ', false:7);
  case c of
    'a'..'y': writeln('no');
    'z': writeln('last')
  end;
  case 9 of 1: writeln('one') end;
  writeln('end')
end.
