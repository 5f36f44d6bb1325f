program t(output);
label 1, 1;
begin
  1: writeln
end.
