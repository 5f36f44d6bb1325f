program t(output);
var s: set of char;
begin
  s := s + 'a'
end.
