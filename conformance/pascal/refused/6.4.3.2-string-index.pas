program t(output);
var a: array ['abc'] of integer;
begin
  writeln(1)
end.
