program t(output);
var i, j: integer;
begin
  for i := 1 to 3 do for j := 1 to 3 do case i of 1: case j of 1: write(11); 2: write(12); 3: write(13) end; 2: write(20); 3: case j > 1 of true: write(31); false: write(30) end end; writeln
end.
