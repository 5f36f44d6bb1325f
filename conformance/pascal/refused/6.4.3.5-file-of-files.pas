program t(output);
type f = file of text;
begin
  writeln(1)
end.
