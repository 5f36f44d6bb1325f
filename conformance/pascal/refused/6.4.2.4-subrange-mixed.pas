program t(output);
type t = 1..'a';
begin
  writeln(1)
end.
