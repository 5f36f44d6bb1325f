program t(output);
var a: real;
begin
  a := 0; writeln(1 / a)
end.
