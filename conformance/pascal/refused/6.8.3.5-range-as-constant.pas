program t(output);
begin
  case 1 of 1..3: writeln end
end.
