program t(output);
var c: char;
begin
  for c := 'A' to 'F' do write(c, ord(c):4); writeln;
  writeln(chr(ord('0') + 7), succ('a'), pred('b'), 'a' < 'b')
end.
