program t(output);
type t = t;
begin
  writeln(1)
end.
