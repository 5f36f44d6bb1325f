program t(output);
begin
  case 1 of 'a': writeln end
end.
