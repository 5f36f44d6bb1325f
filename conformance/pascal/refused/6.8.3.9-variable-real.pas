program t(output);
var r: real;
begin
  for r := 1 to 2 do writeln
end.
