program t(output);
var f: text;
begin
  write(f, 'x')
end.
