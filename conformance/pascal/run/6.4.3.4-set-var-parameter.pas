program t(output);
type cs = set of char;
var s: cs; c: char;
procedure add(var s: cs; c: char); begin s := s + [c] end;
begin
  s := []; add(s, 'k'); add(s, 'b'); for c := 'a' to 'z' do if c in s then write(c); writeln
end.
