program t(output);
type t = 1.0..2.0;
begin
  writeln(1)
end.
