program t(output);
var i, j, k, n: integer;
begin
  n := 0; for i := 1 to 10 do for j := i to 10 do for k := j downto 1 do n := n + k; writeln(n)
end.
