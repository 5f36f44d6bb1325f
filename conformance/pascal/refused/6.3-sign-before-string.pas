program t(output);
const b = -'abc';
begin
  writeln(b)
end.
