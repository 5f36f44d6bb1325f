program t(output);
begin
  writeln(integer)
end.
