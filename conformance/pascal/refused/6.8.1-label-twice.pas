program t(output);
label 1;
begin
  1: writeln;
  1: writeln
end.
