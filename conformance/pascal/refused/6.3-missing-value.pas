program t(output);
const a = ;
begin
  writeln(1)
end.
