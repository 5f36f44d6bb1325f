program t(output);
var f: file of integer;
begin
  f^ := 1; put(f)
end.
