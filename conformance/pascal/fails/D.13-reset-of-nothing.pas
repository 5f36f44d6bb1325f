program t(output);
var f: text;
begin
  reset(f)
end.
