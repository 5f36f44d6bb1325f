program t(output);
begin
  case 1 of 1: writeln
end.
