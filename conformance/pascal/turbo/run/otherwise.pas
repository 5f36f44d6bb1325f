program t;
var i: integer;
begin
  for i := 1 to 3 do
    case i of
      2: writeln('two')
      otherwise writeln('not two')
    end
end.
