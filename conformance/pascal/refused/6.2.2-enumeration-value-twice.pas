program t(output);
type a = (red, blue); b = (green, red);
begin
  writeln(ord(red))
end.
