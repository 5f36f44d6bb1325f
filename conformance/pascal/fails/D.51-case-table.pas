program t(output);
var i: integer;
begin
  for i := 1 to 10 do case i of 1, 2, 3, 4: write(i); 5, 6, 8: write(-i) end
end.
