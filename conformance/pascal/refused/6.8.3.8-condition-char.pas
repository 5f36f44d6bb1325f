program t(output);
begin
  while 'a' do writeln
end.
