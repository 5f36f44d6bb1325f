program t(output);
begin
  case 'abc' of 'a': writeln end
end.
