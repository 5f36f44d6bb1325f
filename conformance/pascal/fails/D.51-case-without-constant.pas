program t(output);
var i: integer;
begin
  i := 3; case i of 1: writeln; 2: writeln end
end.
