program t(output);
label 10000;
begin
  10000: writeln
end.
