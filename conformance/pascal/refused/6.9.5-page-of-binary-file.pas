program t(output);
var f: file of integer;
begin
  page(f)
end.
