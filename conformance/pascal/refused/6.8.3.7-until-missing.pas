program t(output);
begin
  repeat writeln
end.
