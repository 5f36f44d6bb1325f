program t(output);
type t = 5..1;
begin
  writeln(1)
end.
