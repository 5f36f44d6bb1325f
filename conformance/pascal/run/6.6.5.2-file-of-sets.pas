program t(output);
var f: file of set of char; c: char;
begin
  rewrite(f); f^ := ['a'..'c']; put(f); f^ := ['x']; put(f); reset(f); get(f); for c := 'a' to 'z' do if c in f^ then write(c); writeln
end.
