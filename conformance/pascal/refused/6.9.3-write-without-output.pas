program t;
begin
  writeln(1)
end.
