program t(output);
var r: real;
begin
  r := 0; writeln(ln(r))
end.
