program t(output);
var s: set of char; c: char;
begin
  s := ['a'..'e', 'x']; s := s + ['m'] - ['b']; for c := 'a' to 'z' do if c in s then write(c); writeln;
  writeln('a' in s, 'b' in s, s = ['a', 'c'..'e', 'm', 'x'], s <= ['a'..'z'], s >= ['q'], s <> [])
end.
