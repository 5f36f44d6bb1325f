program t(output);
label 1;
begin
  if true then goto 1 else begin 1: writeln end
end.
