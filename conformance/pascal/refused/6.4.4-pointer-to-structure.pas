program t(output);
type p = ^array [1..2] of integer;
begin
  writeln(1)
end.
