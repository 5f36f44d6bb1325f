program t(output);
label 1;
begin
  goto end1; 1: writeln
end.
