program t(output);
label 1;
begin
  goto 1; if true then begin 1: writeln end
end.
