program t;
var s: string; t: string[300]; u: string[0]; i: integer; c: char;
procedure p(var x: string);
begin end;
begin
  s := 1;
  i := s;
  c := s;
  s := s - 'a';
  s['a'] := 'b';
  s[256] := 'b';
  p('literal');
  writeln(length(5), copy(s, 1), pos('a'));
  delete('abc', 1, 1);
  insert(1, s, 1);
  str(s, s);
  val(s, c, i);
  i := length
end.
