program t(output);
var s: set of 1..5; t: set of 1..10;
begin
  t := [1, 7]; s := t
end.
