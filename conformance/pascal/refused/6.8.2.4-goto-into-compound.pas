program t(output);
label 1;
begin
  goto 1; begin 1: writeln end
end.
