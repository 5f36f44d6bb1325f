program t(output);
begin
  repeat writeln until 1
end.
