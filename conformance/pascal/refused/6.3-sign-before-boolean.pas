program t(output);
const b = -true;
begin
  writeln(b)
end.
