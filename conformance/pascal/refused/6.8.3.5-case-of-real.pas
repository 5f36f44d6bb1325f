program t(output);
begin
  case 1.5 of 1: writeln end
end.
