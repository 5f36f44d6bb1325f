program t(output);
var i: integer;
begin
  for i := 1 to 'x' do writeln
end.
