program t(output);
type t = (1, 2);
begin
  writeln(1)
end.
