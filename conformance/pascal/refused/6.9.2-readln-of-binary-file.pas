program t(output);
var f: file of integer;
begin
  readln(f)
end.
