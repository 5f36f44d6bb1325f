program t(output);
type t = array [1..2] of t;
begin
  writeln(1)
end.
