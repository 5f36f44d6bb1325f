program t(output);
var r: real;
begin
  r := 1. + 2
end.
