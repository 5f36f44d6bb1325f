program t(output);
var a: integer;
begin
  case 1 of a: writeln end
end.
