program t(output);
var r: real;
begin
  r := 1e999
end.
