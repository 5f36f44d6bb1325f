program t(output);
var s: set of 1..20; i, j: integer;
begin
  i := 3; j := 7; s := [i, i + 1, j..j + 3, 20..15]; for i := 1 to 20 do if i in s then write(i:3); writeln; writeln(s = [3, 4, 7, 8, 9, 10])
end.
