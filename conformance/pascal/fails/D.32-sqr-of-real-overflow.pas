program t(output);
var r: real;
begin
  r := 1e200; writeln(sqr(r))
end.
