program t(output);
type n = packed array [1..3] of char; s = set of n;
begin
  writeln(1)
end.
