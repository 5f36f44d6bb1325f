program t(output);
type c = (a, b, d);
begin
  writeln(ord(b), ord(true), ord('A'), ord(-5), chr(66), ord(succ(a)), ord(pred(d)), succ(9), pred(9), succ(false), pred('b'))
end.
