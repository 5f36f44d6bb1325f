program t(output);
type name = packed array [1..5] of char;
var a, b: name; i: integer;
begin
  a := 'hello'; b := a; b[1] := 'j'; writeln(a, ' ', b);
  writeln(a < b, a = b, a <> b, a > b, a <= b, a >= b);
  for i := 5 downto 1 do write(a[i]); writeln; writeln(a = 'hello', 'abcde' < a)
end.
