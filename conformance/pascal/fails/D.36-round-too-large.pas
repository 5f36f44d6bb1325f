program t(output);
var r: real;
begin
  r := -1e10; writeln(round(r))
end.
