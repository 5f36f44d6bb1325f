program t(output);
type p = ^nothing;
begin
  writeln(1)
end.
