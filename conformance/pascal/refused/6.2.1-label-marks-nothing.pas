program t(output);
label 1, 2;
begin
  1: writeln
end.
