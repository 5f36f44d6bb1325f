program t(output);
var a: array [1..5] of integer; b: array [char] of integer; c: array [boolean] of char; i: integer; k: char;
begin
  for i := 1 to 5 do a[i] := i * i;
  for i := 5 downto 1 do write(a[i]); writeln;
  for k := 'a' to 'e' do b[k] := ord(k); writeln(b['c']);
  c[false] := 'n'; c[true] := 'y'; writeln(c[3 > 2], c[2 > 3])
end.
