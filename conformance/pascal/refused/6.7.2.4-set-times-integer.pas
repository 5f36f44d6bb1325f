program t(output);
var s: set of char;
begin
  s := s * 2
end.
