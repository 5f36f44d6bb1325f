program t(output);
var f: file of integer;
begin
  write(f, 'x')
end.
