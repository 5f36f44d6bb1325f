program t(output);
var x: boolean;
begin
  x := false; x := pred(x)
end.
