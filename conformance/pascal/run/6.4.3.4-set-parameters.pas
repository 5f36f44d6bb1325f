program t(output);
type cs = set of char;
procedure show(s: cs); var c: char; begin for c := 'a' to 'z' do if c in s then write(c); writeln end;
procedure add(var s: cs; c: char); begin s := s + [c] end;
begin
  show(['p'..'r']); show(['a'] + ['c'])
end.
