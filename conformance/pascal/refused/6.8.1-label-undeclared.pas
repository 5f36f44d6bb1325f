program t(output);
begin
  1: writeln
end.
