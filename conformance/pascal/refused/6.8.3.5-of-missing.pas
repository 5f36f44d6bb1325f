program t(output);
begin
  case 1 1: writeln end
end.
