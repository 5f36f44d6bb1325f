program t(output);
label x;
begin
  writeln
end.
