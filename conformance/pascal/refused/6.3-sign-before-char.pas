program t(output);
const a = 'x'; b = -a;
begin
  writeln(a)
end.
