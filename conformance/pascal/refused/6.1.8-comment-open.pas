program t(output);
begin
  writeln { no end
end.
