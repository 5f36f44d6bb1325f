program t(output);
begin
  case 1 of end
end.
