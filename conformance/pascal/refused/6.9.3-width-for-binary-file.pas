program t(output);
var f: file of integer;
begin
  write(f, 1:2)
end.
