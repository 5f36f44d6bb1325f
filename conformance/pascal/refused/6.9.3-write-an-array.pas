program t(output);
var a: array [1..3] of integer;
begin
  write(a)
end.
