program t(output);
type t = 1.10;
begin
  writeln(1)
end.
