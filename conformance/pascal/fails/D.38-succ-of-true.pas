program t(output);
var x: boolean;
begin
  x := true; x := succ(x)
end.
