program t(output);
var a: packed integer;
begin
  a := 1
end.
