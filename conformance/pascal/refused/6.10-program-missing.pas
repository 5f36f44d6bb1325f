begin
  writeln
end.
