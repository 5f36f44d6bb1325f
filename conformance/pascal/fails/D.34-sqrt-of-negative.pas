program t(output);
var r: real;
begin
  r := -4; writeln(sqrt(r))
end.
