program t(output);
var i, n: integer; c: char;
begin
  for i := 1 to 5 do write(i); writeln; for i := 5 downto 1 do write(i); writeln; for i := 3 to 2 do write(0); for i := 2 downto 3 do write(0);
  n := 4; for i := n to n + 2 do begin n := 10; write(i) end; writeln; for c := 'x' downto 'u' do write(c); writeln; n := 0; for i := maxint - 2 to maxint do n := n + 1; writeln(n); n := 0; for i := -maxint + 1 downto -maxint do n := n + 1; writeln(n)
end.
