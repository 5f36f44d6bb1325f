program t(output);
const true = false;
begin
  writeln(true)
end.
