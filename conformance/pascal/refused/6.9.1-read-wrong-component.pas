program t(output);
var f: file of integer; c: char;
begin
  read(f, c)
end.
